package photo

import (
	"path"
	"regexp"
	"strings"

	"ruxue/service/student"
)

// naming is what the name of an archive's file says.
type naming int

const (
	named    naming = iota // by a number
	unnamed                // a picture, by its ending, without a number
	stranger               // not a picture, by its ending
	litter                 // what systems put into archives: nothing to tell
)

// endings are those of pictures that are taken.
var endings = map[string]bool{".jpg": true, ".jpeg": true, ".png": true}

// numberForm is an ID number or exam number; foreigners' documents have letters.
var numberForm = regexp.MustCompile(`^[0-9A-Z]{5,32}$`)

// baseOf is a file's own name. Archives made on Windows may divide folders by
// backslashes, and may write their names in GBK: a number is ASCII in both.
func baseOf(name string) string {
	return path.Base(strings.ReplaceAll(name, `\`, "/"))
}

// numberOf reads the number that a file of an archive is named by. What follows
// it after a blank, bracket, dash or underline (the student's name, as a rule) is
// left out.
func numberOf(name string) (string, naming) {
	folded := strings.ReplaceAll(name, `\`, "/")
	base := path.Base(folded)
	switch {
	case strings.HasSuffix(folded, "/"), strings.HasPrefix(base, "."), strings.Contains("/"+folded, "/__MACOSX/"),
		strings.EqualFold(base, "Thumbs.db"), strings.EqualFold(base, "desktop.ini"):
		return "", litter
	}
	ending := path.Ext(base)
	if !endings[strings.ToLower(ending)] {
		return "", stranger
	}
	stem := strings.TrimSpace(strings.ToValidUTF8(strings.TrimSuffix(base, ending), "_"))
	if i := strings.IndexAny(stem, " \t　_-－—（(+"); i >= 0 {
		stem = stem[:i]
	}
	number := student.NormalizeIDNumber(stem)
	if !numberForm.MatchString(number) {
		return "", unnamed
	}
	return number, named
}

// personal finds ID numbers and mobile numbers in a file's name.
var personal = regexp.MustCompile(`[0-9０-９]{15,}[XxＸｘ]?|1[0-9]{10}`)

// maxShown is how many characters of a file's name are shown.
const maxShown = 60

// shown is a file's name as a report has it: its ID number masked.
func shown(name string) string {
	base := personal.ReplaceAllStringFunc(strings.ToValidUTF8(baseOf(name), "?"), student.MaskID)
	if r := []rune(base); len(r) > maxShown {
		return string(r[:maxShown-1]) + "…"
	}
	return base
}
