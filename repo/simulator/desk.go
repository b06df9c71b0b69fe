package simulator

import "net/http"

// desk is the window with a PC and a phone.
type desk struct{}

func (d *desk) close()                {}
func (d *desk) owns(host string) bool { return false }

func (s *Simulator) deskRoutes(mux *http.ServeMux) {}
