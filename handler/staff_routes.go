package handler

import (
	"slices"

	"github.com/gin-gonic/gin"

	"ruxue/service/staff"
)

// staffRoute is one address of the console. Who has no session is sent to the
// login page, a script gets 401; who lacks the permission gets 403. In fn,
// k.staff is set.
type staffRoute struct {
	method, path string // path below /staff
	needs        staff.Permission
	fn           endpoint
}

// staffTable lists every address behind the staff's login, file by file.
func (h *Handler) staffTable() []staffRoute {
	return slices.Concat(
		h.paymentRoutes(),
		h.receiptRoutes(),
		h.ownRoutes(),
		h.studentRoutesOfStaff(),
		h.overviewRoutes(),
		h.reviewRoutes(),
		h.returnRoutes(),
		h.peopleRoutes(),
		h.messageRoutes(),
		h.campaignRoutes(),
		h.exportRoutes(),
		h.auditRoutes(),
		h.importRoutes(),
		h.photoRoutes(),
		h.carryRoutes(),
	)
}

// staffRoutes registers the console. Only logging in, with its steps, and the
// links of template messages stand outside the table.
func (h *Handler) staffRoutes(e *gin.Engine) {
	g := e.Group("/staff")
	g.GET("/login", h.do(h.staffLoginPage))
	g.POST("/login", h.do(h.staffLogin))
	g.POST("/logout", h.do(h.staffLogout))
	g.GET("/r/:token", h.guard(h.withSession), h.do(h.staffLink))

	// Steps of a login, each open while it is the one that lacks.
	g.GET("/factor", h.guard(h.at(factorPath)), h.do(h.factorPage))
	g.POST("/factor", h.guard(h.at(factorPath)), h.do(h.factor))
	g.GET("/password", h.guard(h.at(passwordPath)), h.do(h.staffPasswordPage))
	g.POST("/password", h.guard(h.at(passwordPath)), h.do(h.staffPassword))
	g.GET("/factor/setup", h.guard(h.at(setupPath)), h.do(h.setupPage))
	g.POST("/factor/setup", h.guard(h.at(setupPath)), h.do(h.setup))
	g.POST("/factor/scan", h.guard(h.at(setupPath)), h.do(h.scanFactor))
	g.POST("/scan", h.guard(h.half), h.do(h.staffScanCreate))
	g.GET("/scan/:ref", h.guard(h.half), h.do(h.staffScanState))

	pages := map[string]bool{}
	for _, r := range h.staffTable() {
		g.Handle(r.method, r.path, h.guard(h.withStaff(r.needs)), h.do(r.fn))
		pages[r.method+" "+"/staff"+r.path] = true
	}
	for _, n := range staffNav {
		if pages["GET "+n.path] {
			h.nav = append(h.nav, n)
		}
	}
}

// StaffRoute is one row of the console's table, for the test of the matrix.
type StaffRoute struct {
	Route string // "METHOD template"
	Needs staff.Permission
}

// StaffRoutes lists the console's table.
func (h *Handler) StaffRoutes() []StaffRoute {
	var out []StaffRoute
	for _, r := range h.staffTable() {
		out = append(out, StaffRoute{r.method + " /staff" + r.path, r.needs})
	}
	return out
}
