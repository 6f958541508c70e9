//go:build unix

// Paths are compared as Unix writes them.

package main

import (
	"strings"
	"testing"
)

func TestFolders(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		goos string
		env  map[string]string
		want []string
	}{
		"linux":               {"linux", nil, []string{"/h/.local/share/terraform/plugins/registry.terraform.io/cloudtap/cloudtap", "/h/.local/share/terraform/plugins/registry.opentofu.org/cloudtap/cloudtap"}},
		"linux, elsewhere":    {"linux", map[string]string{"XDG_DATA_HOME": "/d"}, []string{"/d/terraform/plugins/registry.terraform.io/cloudtap/cloudtap", "/d/terraform/plugins/registry.opentofu.org/cloudtap/cloudtap"}},
		"linux, not absolute": {"linux", map[string]string{"XDG_DATA_HOME": "d"}, []string{"/h/.local/share/terraform/plugins/registry.terraform.io/cloudtap/cloudtap", "/h/.local/share/terraform/plugins/registry.opentofu.org/cloudtap/cloudtap"}},
		"macOS":               {"darwin", nil, []string{"/h/.terraform.d/plugins/registry.terraform.io/cloudtap/cloudtap", "/h/.terraform.d/plugins/registry.opentofu.org/cloudtap/cloudtap"}},
		"Windows":             {"windows", map[string]string{"APPDATA": "/a"}, []string{"/a/terraform.d/plugins/registry.terraform.io/cloudtap/cloudtap", "/a/terraform.d/plugins/registry.opentofu.org/cloudtap/cloudtap"}},
	} {
		got := folders(test.goos, "/h", func(variable string) string { return test.env[variable] })
		if strings.Join(got, " ") != strings.Join(test.want, " ") {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}
