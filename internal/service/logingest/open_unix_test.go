//go:build unix

package logingest_test

import (
	"net"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

// TestOnlyRegularFilesAreRead has records_file be what has no end, or waits.
func TestOnlyRegularFilesAreRead(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	socket := filepath.Join(folder, "s")
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	pipe := filepath.Join(folder, "p")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{folder: "a folder", socket: "a socket", pipe: "a named pipe", "/dev/zero": "a device"} {
		cloud, p := start(t)
		_, diagnostics := apply(t, p, nil, collect(cloud, acctest.Config{"records": nil, "records_file": file}))
		acctest.ExpectError(t, diagnostics, want, "regular file")
	}
}
