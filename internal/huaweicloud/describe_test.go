package huaweicloud

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDescribe(t *testing.T) {
	t.Parallel()
	refused := &Error{Operation: "ListCaptureTask", Host: "cfw", Status: 403, Code: "APIGW.0302", Message: "no", RequestID: "r"}
	wrapped := fmt.Errorf("%w; and then the wait ended", refused)
	for name, test := range map[string]struct {
		err  error
		want Description
	}{
		"refusal": {refused, Description{
			Summary: "ListCaptureTask at cfw answered 403", Code: "APIGW.0302", Message: "no", RequestID: "r", Status: 403,
			Next: []string{refused.Remedy() + "."},
		}},
		"without a remedy": {&Error{Operation: "ListCaptureTask", Host: "cfw", Status: 400}, Description{Summary: "ListCaptureTask at cfw answered 400", Status: 400}},
		"refusal and more": {wrapped, Description{
			Summary: "ListCaptureTask at cfw answered 403 APIGW.0302: no (request id r); and then the wait ended", Status: 403,
			Next: []string{refused.Remedy() + "."},
		}},
		"something else": {errors.New("no credentials"), Description{Summary: "no credentials", Local: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, Describe(test.err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
