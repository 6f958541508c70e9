package capturesummary_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// TestSavingNeverWritesOntoAnInput keeps files in the folder of another one that
// is still to be read, however that one is reached.
func TestSavingNeverWritesOntoAnInput(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	first, second := onePeriod(t)[:2000], onePeriod(t)
	for name, test := range map[string]struct {
		link  func(old, name string) error
		files []string
		kept  map[string][]byte
	}{
		"in the folder": {nil, []string{"b/x.pcap", "a/x.pcap"}, map[string][]byte{"x.pcap": second, "x-2.pcap": first}},
		"read first":    {nil, []string{"a/x.pcap", "b/x.pcap"}, map[string][]byte{"x.pcap": second, "x-2.pcap": first}},
		"number taken":  {os.Link, []string{"b/x.pcap", "c/y.pcap", "a/x.pcap"}, map[string][]byte{"x.pcap": second, "x-2.pcap": first, "y.pcap": second}},
		"hard link":     {os.Link, []string{"b/x.pcap", "c/y.pcap"}, map[string][]byte{"x.pcap": second, "x-2.pcap": first, "y.pcap": second}},
		"symbolic link": {os.Symlink, []string{"b/x.pcap", "c/y.pcap"}, map[string][]byte{"x.pcap": second, "x-2.pcap": first, "y.pcap": second}},
		"link is input": {os.Symlink, []string{"a/x.pcap"}, map[string][]byte{"x.pcap": second}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := acctest.NewProvider(t, cloud)
			parent := t.TempDir()
			place := "a/x.pcap"
			if test.link != nil {
				place = "c/y.pcap"
			}
			for name, content := range map[string][]byte{"b/x.pcap": first, place: second, "a/other": nil} {
				name = filepath.Join(parent, name)
				if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(name, content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if test.link != nil {
				if err := test.link(filepath.Join(parent, place), filepath.Join(parent, "a/x.pcap")); err != nil {
					t.Fatal(err)
				}
			}
			var files []string
			for _, file := range test.files {
				files = append(files, filepath.Join(parent, file))
			}
			// Twice: the second time everything is in its place.
			for range 2 {
				object, diagnostics := p.Apply(t.Context(), typeName, nil, acctest.Config{"source": acctest.Config{"files": files}, "save_to": filepath.Join(parent, "a")})
				p.Expect(diagnostics)
				if len(diagnostics) > 0 || len(acctest.Elements(t, object.Value, "files")) != len(files) {
					t.Error(diagnostics.Warnings())
				}
				for name, want := range test.kept {
					if content, err := os.ReadFile(filepath.Join(parent, "a", name)); err != nil || !bytes.Equal(content, want) {
						t.Errorf("%s: %d bytes and not %d, %v", name, len(content), len(want), err)
					}
				}
				if content, err := os.ReadFile(filepath.Join(parent, place)); err != nil || !bytes.Equal(content, second) {
					t.Errorf("the source has %d bytes, %v", len(content), err)
				}
			}
		})
	}
}

// TestSavingOntoALink says which file it is, and what to do.
func TestSavingOntoALink(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	file, folder := write(t, onePeriod(t)), t.TempDir()
	other := filepath.Join(t.TempDir(), "other")
	if err := os.WriteFile(other, []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(folder, "web.pcap")
	if err := os.Symlink(other, link); err != nil {
		t.Fatal(err)
	}
	config := acctest.Config{"source": acctest.Config{"files": []string{file}}, "save_to": folder}
	_, diagnostics := p.Apply(t.Context(), typeName, nil, config)
	acctest.ExpectError(t, diagnostics, link+" is a symbolic link", "Remove it, or choose another folder")
	if strings.Contains(strings.Join(diagnostics.Errors(), ""), "escapes") {
		t.Error(diagnostics.Errors())
	}
	if content, err := os.ReadFile(other); err != nil || string(content) != "other" {
		t.Errorf("%q, %v", content, err)
	}
}
