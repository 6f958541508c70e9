package cli

import (
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		variable  string
		installed []string
		want      string
	}{
		"variable wins":      {"/opt/terraform", []string{"terraform"}, "/opt/terraform"},
		"terraform":          {"", []string{"terraform", "tofu"}, "/bin/terraform"},
		"only OpenTofu":      {"", []string{"tofu"}, "/bin/tofu"},
		"nothing to be used": {"", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Find(
				func(string) string { return test.variable },
				func(program string) (string, error) {
					if slices.Contains(test.installed, program) {
						return "/bin/" + program, nil
					}
					return "", exec.ErrNotFound
				})
			if got != test.want || errors.Is(err, ErrNone) != (test.want == "") {
				t.Errorf("got %q, %v; want %q", got, err, test.want)
			}
		})
	}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	for printed, want := range map[string]struct {
		text, lacks string
	}{
		"Terraform v1.11.4\non linux_amd64\n":    {"Terraform 1.11.4", "1.12 1.14 1.14 1.16"},
		"OpenTofu v1.12.6\non linux_amd64\n":     {"OpenTofu 1.12.6", "1.14 1.14 1.16"},
		"Terraform v1.15.0-beta1\non darwin_arm": {"Terraform 1.15.0-beta1", "1.16"},
		"Terraform v1.16.0\n":                    {"Terraform 1.16.0", ""},
		"OpenTofu v2.0.0\n":                      {"OpenTofu 2.0.0", "1.14 1.14 1.16"},
	} {
		got, err := parse(printed)
		if err != nil {
			t.Errorf("%q: %s", printed, err)
			continue
		}
		var lacks []string
		for _, feature := range got.Lacks() {
			lacks = append(lacks, strings.TrimSuffix(feature[strings.LastIndex(feature, " ")+1:], ")"))
		}
		if got.String() != want.text || strings.Join(lacks, " ") != want.lacks {
			t.Errorf("%q: got %s, which lacks %v; want %+v", printed, got, lacks, want)
		}
	}
	for _, printed := range []string{"", "Packer v1.2.3", "Terraform", "Terraform v1", "Terraform vone.two.three"} {
		if got, err := parse(printed); err == nil {
			t.Errorf("%q is taken for %s", printed, got)
		}
	}
}
