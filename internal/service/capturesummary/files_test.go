package capturesummary_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
)

// TestOneOfTenThousand finds the capture's file among blobs whose names begin as
// its own does.
func TestOneOfTenThousand(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	id := runCapture(t, p, cloud, acctest.Config{"storage_location": acctest.Config{
		"storage_account_id": cloud.ARM.Seeded().StorageAccountID, "storage_path": "https://tapcaptures.blob.core.windows.net/captures/web.cap",
	}})
	for i := range 10_000 {
		cloud.Blob.Put("tapcaptures", "captures", fmt.Sprintf("web-of-%d.cap", i), nil)
	}
	object := p.MustApply(t, typeName, nil, acctest.Config{"source": acctest.Config{"azure_packet_capture_id": id}})
	if files := len(acctest.Elements(t, object.Value, "files")); files != 1 || acctest.Get(t, object.Value, "files.0.name") != "web.cap" || acctest.Get(t, object.Value, "packet_count") == "0" {
		t.Errorf("%d files, %s packets", files, acctest.Get(t, object.Value, "packet_count"))
	}
	if lists, gets := cloud.Journal.Count(blob.Name, blob.OperationList), cloud.Journal.Count(blob.Name, blob.OperationGet); lists != 3 || gets != 1 {
		t.Errorf("%d lists, %d downloads", lists, gets)
	}
}

// TestNamesNeverLeaveTheFolder saves blobs whose names would lead out of it.
func TestNamesNeverLeaveTheFolder(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	parent := t.TempDir()
	folder := filepath.Join(parent, "kept")
	for name, want := range map[string]string{
		"a/../../../evil.cap": "a_.._.._.._evil.cap", "..%2f..%2fevil.cap": "_.._evil.cap", ".hidden": "hidden", `a\..\evil.cap`: `a_.._evil.cap`, "C:evil.cap": "C_evil.cap",
		"CON.pcap": "_CON.pcap", "lpt1": "_lpt1", "aux .tar.gz": "_aux .tar.gz", "console.pcap": "console.pcap", "a\u202epac.exe": "a_pac.exe",
	} {
		stored := strings.ReplaceAll(name, "%2f", "/")
		cloud.Blob.Put("tapcaptures", "captures", stored, onePeriod(t))
		address := "https://tapcaptures.blob.core.windows.net/captures/" + strings.ReplaceAll(name, `\`, "%5C")
		object := p.MustApply(t, typeName, nil, acctest.Config{"source": acctest.Config{"azure_blob_urls": []string{address}}, "save_to": folder})
		acctest.ExpectAttributes(t, object.Value, "files.0.name", stored)
		if kept, err := os.ReadFile(filepath.Join(folder, want)); err != nil || !bytes.Equal(kept, onePeriod(t)) {
			t.Errorf("%s: %d bytes, %v", name, len(kept), err)
		}
	}
	outside, err := os.ReadDir(parent)
	if err != nil || len(outside) != 1 {
		t.Errorf("outside of the folder: %v, %v", outside, err)
	}
}

func TestFilesOfOneNameAreKeptApart(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	first, second := write(t, onePeriod(t)), write(t, onePeriod(t)[:2000])
	folder := t.TempDir()
	config := acctest.Config{"source": acctest.Config{"files": []string{first, second}}, "save_to": folder}
	object, diagnostics := p.Apply(t.Context(), typeName, nil, config)
	p.Expect(diagnostics)
	acctest.ExpectAttributes(t, object.Value, "files.0.truncated", "false", "files.1.truncated", "true")
	for name, want := range map[string]int{"web.pcap": len(onePeriod(t)), "web-2.pcap": 2000} {
		if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Size() != int64(want) {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	// Again, and the same is kept without a word; another file is replaced with a
	// warning.
	_, diagnostics = p.Apply(t.Context(), typeName, nil, config)
	p.Expect(diagnostics)
	if len(diagnostics) > 0 {
		t.Error(diagnostics.Warnings())
	}
	_, diagnostics = p.Apply(t.Context(), typeName, nil, acctest.Config{"source": acctest.Config{"files": []string{second}}, "save_to": folder})
	if warnings := strings.Join(diagnostics.Warnings(), ""); !strings.Contains(warnings, "web.pcap was another file") || len(diagnostics.Errors()) > 0 {
		t.Errorf("%q, %v", warnings, diagnostics.Errors())
	}
}

func TestEmptyAndForeignFilesAreResults(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	for name, test := range map[string]struct {
		content []byte
		want    []string
	}{
		"empty":     {nil, []string{"files.0.format", "empty", "files.0.size", "0", "files.0.truncated", "false", "packet_count", "0", "first_packet_at", acctest.Null}},
		"NetMon":    {[]byte("GMBU and more"), []string{"files.0.format", "netmon", "files.0.truncated", "true", "packet_count", "0"}},
		"a page":    {[]byte("<html>"), []string{"files.0.format", "unknown", "files.0.size", "6", "packet_count", "0"}},
		"truncated": {onePeriod(t)[:3000], []string{"files.0.format", "pcap", "files.0.truncated", "true", "files.0.size", "3000"}},
	} {
		cloud.Blob.Put("tapcaptures", "captures", "web.cap", test.content)
		cloud.Clock.Advance(time.Minute)
		object := p.MustApply(t, typeName, nil, acctest.Config{"source": web})
		acctest.ExpectAttributes(t, object.Value, test.want...)
		if report := acctest.Get(t, object.Value, "report"); name != "truncated" && !strings.Contains(report, "web.cap") {
			t.Errorf("%s: %s", name, report)
		}
	}
}

// TestCapturesOfOneScaleSet have no path, as recorded: two that may have run at the
// same time cannot be told apart, and those that did not are.
func TestCapturesOfOneScaleSet(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		between time.Duration
		fails   bool
	}{
		"at once":             {10 * time.Second, true},
		"one after the other": {5 * time.Minute, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := acctest.StartCloud(t, cloudsim.Options{})
			p := acctest.NewProvider(t, cloud)
			set(t, cloud, arm.SwitchScaleSetPath, "empty")
			var ids []string
			for _, name := range []string{"first", "second"} {
				capture := p.MustApply(t, "cloudtap_azure_packet_capture", nil, classic(cloud, acctest.Config{"name": name, "target_id": cloud.ARM.Seeded().VMSSID}))
				ids = append(ids, acctest.Get(t, capture.Value, "id"))
				cloud.Clock.Advance(test.between)
			}
			cloud.Clock.Advance(5 * time.Minute)
			var ends []string
			for _, id := range ids {
				object, diagnostics := p.Apply(t.Context(), typeName, nil, acctest.Config{"source": acctest.Config{"azure_packet_capture_id": id}})
				if test.fails {
					acctest.ExpectError(t, diagnostics, `"first"`, `"second"`, "cannot be told apart", "storage_location.storage_path", "source.azure_blob_urls")
					continue
				}
				p.Expect(diagnostics)
				if files := len(acctest.Elements(t, object.Value, "files")); files != 3 {
					t.Errorf("%d files", files)
				}
				ends = append(ends, acctest.Get(t, object.Value, "first_packet_at"), acctest.Get(t, object.Value, "last_packet_at"))
			}
			if !test.fails && ends[1] >= ends[2] {
				t.Errorf("the packets of both: %v", ends)
			}
		})
	}
}
