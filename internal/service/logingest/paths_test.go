package logingest_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

// TestAMissingFileIsNamedAsItIsWritten tries paths as people of all operating
// systems write them: nothing is quoted, doubled or turned around.
func TestAMissingFileIsNamedAsItIsWritten(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "records.jsonl")
	for _, written := range []string{
		filepath.ToSlash(missing), filepath.FromSlash(missing), "/does/not/exist", "missing/records.jsonl", "./missing//records.jsonl",
		`missing\records.jsonl`, `.\missing\records.jsonl`, `C:\missing\records.jsonl`, `C:/missing/records.jsonl`, `\\server\missing\records.jsonl`,
	} {
		var failed *fs.PathError
		if _, err := os.Stat(written); !errors.As(err, &failed) {
			t.Fatalf("%s: %v", written, err)
		}
		cloud, p := start(t)
		_, diagnostics := apply(t, p, nil, collect(cloud, acctest.Config{"records": nil, "records_file": written}))
		acctest.ExpectError(t, diagnostics, "records_file", " "+written+": "+failed.Err.Error(), "relative path")
	}
}

// TestBothSeparatorsReachTheFile reads one file by two paths, which differ on
// Windows.
func TestBothSeparatorsReachTheFile(t *testing.T) {
	t.Parallel()
	file := writeFile(t, `{"Name":"web"}`)
	for _, written := range []string{filepath.ToSlash(file), filepath.FromSlash(file)} {
		cloud, p := start(t)
		object := mustApply(t, p, nil, collect(cloud, acctest.Config{"records": nil, "records_file": written}))
		if got := acctest.Get(t, object.Value, "records_file"); got != written {
			t.Errorf("the state has %s for %s", got, written)
		}
		if got := acctest.Get(t, object.Value, "record_count"); got != "1" {
			t.Errorf("%s records of %s", got, written)
		}
	}
}
