//go:build !linux

package repotest

import "os"

func tempBase() string { return os.TempDir() }
