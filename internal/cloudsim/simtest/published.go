package simtest

import (
	"embed"
	"io/fs"
	"testing"
)

//go:embed published/azure-imds published/azure-log-ingest published/azure-more-captures published/azure-packet-capture published/huawei
var embedded embed.FS

// Published returns the folder with what tests need of the vendors' published
// definitions, examples and recorded exchanges; its README.md names the sources.
func Published(tb testing.TB) fs.FS {
	tb.Helper()
	folder, err := fs.Sub(embedded, "published")
	if err != nil {
		tb.Fatalf("open the published definitions: %v", err)
	}
	return folder
}

// ReadPublished returns a file of that folder.
func ReadPublished(tb testing.TB, name string) []byte {
	tb.Helper()
	content, err := fs.ReadFile(Published(tb), name)
	if err != nil {
		tb.Fatalf("read the published definitions: %v", err)
	}
	return content
}
