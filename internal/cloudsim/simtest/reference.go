package simtest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// ReferenceFolder names the environment variable with the folder of the
// vendors' published definitions.
const ReferenceFolder = "CLOUDTAP_REFERENCE_DIR"

// ReadReference returns a file of the vendors' published definitions, examples
// and recorded exchanges, named relative to their folder with forward slashes.
// They are not part of the repository: the test is skipped where they are
// absent.
func ReadReference(tb testing.TB, relative string) []byte {
	tb.Helper()
	return readReference(tb, referenceFolder(tb), relative)
}

// ReferencePath returns the path of such a file, and skips the test where it
// is absent.
func ReferencePath(tb testing.TB, relative string) string {
	tb.Helper()
	folder := referenceFolder(tb)
	requireReference(tb, folder, relative)
	return filepath.Join(folder, filepath.FromSlash(relative))
}

func readReference(tb testing.TB, folder, relative string) []byte {
	tb.Helper()
	requireReference(tb, folder, relative)
	content, err := fs.ReadFile(os.DirFS(folder), relative)
	if err != nil {
		tb.Fatalf("read the published definitions: %v", err)
	}
	return content
}

func requireReference(tb testing.TB, folder, relative string) {
	tb.Helper()
	_, err := fs.Stat(os.DirFS(folder), relative)
	if errors.Is(err, fs.ErrNotExist) {
		tb.Skipf("the vendors' published definitions are not on this machine: set %s to the folder that holds %s", ReferenceFolder, relative)
	}
	if err != nil {
		tb.Fatalf("look for the published definitions: %v", err)
	}
}

func referenceFolder(tb testing.TB) string {
	tb.Helper()
	if folder := os.Getenv(ReferenceFolder); folder != "" {
		return folder
	}
	return filepath.Join(moduleRoot(tb), "..", "shared", "reference")
}

func moduleRoot(tb testing.TB) string {
	tb.Helper()
	folder, err := os.Getwd()
	if err != nil {
		tb.Fatalf("find the module's root: %v", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			tb.Fatal("no go.mod above the test's folder")
		}
		folder = parent
	}
}
