package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// saved is the file of Options.StateDir: everything whose loss would make a
// running product's records and the providers' disagree.
type saved struct {
	Keys     keyring           `json:"keys"`
	Merchant string            `json:"merchant_key"`
	Platform string            `json:"platform_key"`
	Orders   []*order          `json:"orders"`
	Refunds  []*refund         `json:"refunds"`
	Users    []*User           `json:"users"`
	Menu     json.RawMessage   `json:"menu,omitempty"`
	Tickets  map[string]ticket `json:"tickets,omitempty"`

	Certificates []*certificate `json:"certificates,omitempty"`
}

const stateFile = "simulator.json"

// loadState fills keys and ledger from the state folder, or makes new keys.
func (s *Simulator) loadState() error {
	var file saved
	if s.opt.StateDir != "" {
		raw, err := os.ReadFile(filepath.Join(s.opt.StateDir, stateFile))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return fmt.Errorf("reading the state: %w", err)
		default:
			if err := json.Unmarshal(raw, &file); err != nil {
				return fmt.Errorf("reading the state: %w", err)
			}
		}
	}
	if file.Merchant == "" {
		keys, err := newKeyring()
		if err != nil {
			return err
		}
		s.keys = keys
		if err := s.restoreCertificates(nil); err != nil {
			return err
		}
		return s.save()
	}
	return s.restore(file)
}

func (s *Simulator) restore(file saved) error {
	s.keys = file.Keys
	var err error
	if s.keys.merchant, err = parsePrivatePEM(file.Merchant); err != nil {
		return err
	}
	if s.keys.platform, err = parsePrivatePEM(file.Platform); err != nil {
		return err
	}
	if err := s.restoreCertificates(file.Certificates); err != nil {
		return err
	}
	for _, o := range file.Orders {
		s.pay.orders[o.OutTradeNo] = o
	}
	for _, r := range file.Refunds {
		s.pay.refunds[r.OutRefundNo] = r
		if r.Status == "PROCESSING" { // the simulator stopped before it was done
			s.backgroundLocked(func() { s.finishRefund(r.OutRefundNo) })
		}
	}
	if len(file.Users) > 0 {
		s.wx.users = file.Users
	}
	s.wx.menu = file.Menu
	if file.Tickets != nil {
		s.wx.tickets = file.Tickets
	}
	return nil
}

// save writes the state file; the caller holds the lock or is New. Without a
// state folder it does nothing.
func (s *Simulator) save() error {
	if s.opt.StateDir == "" {
		return nil
	}
	file := saved{
		Keys: s.keys, Merchant: privatePEM(s.keys.merchant), Platform: privatePEM(s.keys.platform),
		Users: s.wx.users, Menu: s.wx.menu, Tickets: s.wx.tickets, Certificates: s.pay.certificates,
	}
	for _, o := range s.pay.orders {
		file.Orders = append(file.Orders, o)
	}
	for _, r := range s.pay.refunds {
		file.Refunds = append(file.Refunds, r)
	}
	raw, err := json.Marshal(file)
	if err != nil {
		return fmt.Errorf("writing the state: %w", err)
	}
	if err := os.MkdirAll(s.opt.StateDir, 0o700); err != nil {
		return fmt.Errorf("writing the state: %w", err)
	}
	path := filepath.Join(s.opt.StateDir, stateFile)
	if err := os.WriteFile(path+".new", raw, 0o600); err != nil {
		return fmt.Errorf("writing the state: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("writing the state: %w", err)
	}
	return nil
}

// saveLocked saves and logs a failure: a provider's answer must not depend on
// the disk of the simulator.
func (s *Simulator) saveLocked() {
	if err := s.save(); err != nil {
		s.log.Error("simulator state not saved", "error", err)
	}
}
