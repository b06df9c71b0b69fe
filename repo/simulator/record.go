package simulator

import (
	"strings"
	"time"
)

// Record is one call between the product and a provider, for people to read.
type Record struct {
	Seq     int64     `json:"seq"`
	Time    time.Time `json:"time"`
	API     string    `json:"api"`
	Note    string    `json:"note,omitempty"`
	Outcome string    `json:"outcome"` // "ok" or the provider's error code
}

const maxRecords = 300

// record keeps the call among the newest maxRecords.
func (s *Simulator) record(api, note, outcome string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recordLocked(api, note, outcome)
}

func (s *Simulator) recordLocked(api, note, outcome string) {
	s.seq++
	s.records = append(s.records, Record{Seq: s.seq, Time: s.now(), API: api, Note: note, Outcome: outcome})
	if len(s.records) > maxRecords {
		s.records = append([]Record(nil), s.records[len(s.records)-maxRecords:]...)
	}
}

// maskName keeps the first and last character: 陈*川.
func maskName(name string) string {
	r := []rune(name)
	switch {
	case len(r) < 2:
		return name
	case len(r) == 2:
		return string(r[0]) + "*"
	}
	return string(r[0]) + strings.Repeat("*", len(r)-2) + string(r[len(r)-1])
}

// maskPhone keeps the first three and last four digits.
func maskPhone(phone string) string {
	if len(phone) < 8 {
		return "****"
	}
	return phone[:3] + "****" + phone[len(phone)-4:]
}
