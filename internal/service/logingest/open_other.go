//go:build !unix

package logingest

// openWithoutWaiting is nothing where opening a file does not wait.
const openWithoutWaiting = 0
