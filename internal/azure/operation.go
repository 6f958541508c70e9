package azure

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// Poll asks a long-running operation once. silent is an answer of success that
// the SDK could not read, as it says nothing of the operation.
func Poll[T any](ctx context.Context, poller *runtime.Poller[T]) (answer, silent *http.Response, err error) {
	var raw *http.Response
	answer, err = poller.Poll(policy.WithCaptureResponse(ctx, &raw))
	switch {
	case err == nil && answer.StatusCode >= http.StatusBadRequest && !poller.Done():
		// The SDK takes this for "still in progress".
		return answer, nil, runtime.NewResponseError(answer)
	case err != nil && raw != nil && raw.StatusCode < http.StatusMultipleChoices && !wait.Ended(err):
		return answer, raw, err
	}
	return answer, nil, err
}

// OperationStatus returns the state of a long-running operation that an answer
// has in its body; "" if it has none.
func OperationStatus(answer *http.Response) string {
	var body struct {
		Status string `json:"status"`
	}
	payload, err := runtime.Payload(answer)
	if err != nil || json.Unmarshal(payload, &body) != nil {
		return ""
	}
	return body.Status
}
