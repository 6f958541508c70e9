package cfw

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
)

func TestRemedies(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"name conflict":  {&huaweicloud.Error{Code: "CFW.00200007"}, "choose another name"},
		"wrapped":        {fmt.Errorf("%w, and more", &huaweicloud.Error{Code: CodeNotFound}), "check the ids"},
		"unknown code":   {&huaweicloud.Error{Code: "CFW.99999999"}, ""},
		"something else": {errors.New("no"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := strings.Join(Remedies(test.err), "")
			if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
