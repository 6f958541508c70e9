package huaweicloud

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

func TestDescribe(t *testing.T) {
	t.Parallel()
	refused := &Error{Operation: "ListCaptureTask", Host: "cfw", Status: 403, Code: "APIGW.0302", Message: "no", RequestID: "r"}
	wrapped := fmt.Errorf("%w; and then the wait ended", refused)
	for name, test := range map[string]struct {
		err  error
		want failure.Details
	}{
		"refusal": {refused, failure.Details{
			Summary: "ListCaptureTask at cfw answered 403", Code: "APIGW.0302", Message: "no", RequestID: "r", Status: 403,
			Next: []string{refused.Remedy() + "."},
		}},
		"without a remedy": {&Error{Operation: "ListCaptureTask", Host: "cfw", Status: 400}, failure.Details{Summary: "ListCaptureTask at cfw answered 400", Status: 400}},
		"refusal and more": {wrapped, failure.Details{
			Summary: "ListCaptureTask at cfw answered 403 APIGW.0302: no (request id r); and then the wait ended", Status: 403,
			Next: []string{refused.Remedy() + "."},
		}},
		"something else": {errors.New("no credentials"), failure.Details{Summary: "no credentials"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Describe(test.err)
			if !errors.Is(got.Err, test.err) {
				t.Errorf("the error is %v", got.Err)
			}
			got.Err = nil
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
