// Package campaigns holds the sample campaigns, one file each, as an operator
// applies them with `ruxue campaign apply`.
package campaigns

import "embed"

// Files holds *.yaml.
//
//go:embed *.yaml
var Files embed.FS
