//go:build !linux

package local

import "syscall"

// procAttr has nothing to offer where the kernel cannot tie a child's life to
// its parent's: there the child ends on Close, or with the terminal's own
// interrupt, which reaches it because it stays in our process group.
func procAttr(syscall.Signal) *syscall.SysProcAttr { return nil }
