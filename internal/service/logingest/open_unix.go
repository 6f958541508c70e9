//go:build unix

package logingest

import "syscall"

// openWithoutWaiting keeps the opening of a named pipe from waiting for a
// writer.
const openWithoutWaiting = syscall.O_NONBLOCK
