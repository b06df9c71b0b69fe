// Package reply owns what the Official Account answers by itself to a message
// or a follow: the institution's sentences, by keyword. It sends nothing.
package reply

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxBytes is WeChat's limit of a text reply (客服与被动回复文本: 2048 bytes).
const maxBytes = 2048

// Keyword answers messages that hold one of its words.
type Keyword struct {
	Words []string // compared without case and outer blanks
	Exact bool     // the message must be the word, not only hold it
	Text  string
}

// Rules are the institution's answers; "" says nothing.
type Rules struct {
	Follow   string // to who follows the account
	Keywords []Keyword
	Other    string // to a text that no keyword answers
}

// Check reports every mistake in the rules at once: a keyword without words or
// text, a word twice, a text beyond WeChat's 2,048 bytes.
func (r Rules) Check() error {
	var errs []error
	seen := map[string]bool{}
	texts := map[string]string{"follow": r.Follow, "other": r.Other}
	for i, k := range r.Keywords {
		name := fmt.Sprintf("keywords[%d]", i)
		texts[name] = k.Text
		if len(k.Words) == 0 || strings.TrimSpace(k.Text) == "" {
			errs = append(errs, fmt.Errorf("%s: words and text must be given", name))
		}
		for _, w := range k.Words {
			w = plain(w)
			if w == "" || seen[w] {
				errs = append(errs, fmt.Errorf("%s: the word %q is empty or stands twice", name, w))
			}
			seen[w] = true
		}
	}
	for name, t := range texts {
		if len(t) > maxBytes || !utf8.ValidString(t) {
			errs = append(errs, fmt.Errorf("%s: the text has %d bytes, WeChat allows %d", name, len(t), maxBytes))
		}
	}
	return errors.Join(errs...)
}

// ToFollow is the answer to who follows the account, false without one.
func (r Rules) ToFollow() (string, bool) { return r.Follow, r.Follow != "" }

// ToText is the answer to a text: an exact word first, then the longest word
// that the text holds. Without one it is Other, and known is false, so that the
// message may go to somebody else first.
func (r Rules) ToText(text string) (answer string, known bool) {
	text = plain(text)
	best, length := "", 0
	for _, k := range r.Keywords {
		for _, w := range k.Words {
			w = plain(w)
			switch {
			case text == w:
				return k.Text, true
			case !k.Exact && w != "" && strings.Contains(text, w) && len(w) > length:
				best, length = k.Text, len(w)
			}
		}
	}
	if length > 0 {
		return best, true
	}
	return r.Other, false
}

func plain(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
