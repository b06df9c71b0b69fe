//go:build linux

package local

import "syscall"

// procAttr gives the child its own process group, so that an interrupt typed
// at the terminal reaches this program first and it may finish its work with
// the server still there, and has the kernel end the child when the thread
// that started it ends.
func procAttr(onParentDeath syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: onParentDeath}
}
