package networkwatcher

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/memo"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// throttledBy says that the service throttled a request, HTTP 429, until the time
// allowed for it was over. It adds what the service asked for to what it said.
func throttledBy(answer *http.Response, clock wait.Clock) error {
	cause := runtime.NewResponseError(answer)
	details := azure.Describe(cause)
	details.Summary = "the service throttles requests (HTTP 429 Too Many Requests) until the time allowed for it was over"
	if asked, _ := wait.RetryAfter(answer.Header, clock.Now()); asked > 0 {
		details.Summary = fmt.Sprintf("the service throttles requests (HTTP 429 Too Many Requests) and asks to wait %s, longer than the time allowed for it", asked)
	}
	return failure.Because(cause, details)
}

// throttlePolicy sends a request again when Resource Manager answers 429, at
// the pace that it asks for, until the request's context ends: how often it is
// throttled depends on everybody else in the subscription, so no number of
// tries is enough. Requests with PUT are left to Create, which must stop
// waiting as soon as it is interrupted.
type throttlePolicy struct{ clock wait.Clock }

// throttleBackoff spaces requests where the service does not say.
var throttleBackoff = wait.Backoff{Base: time.Second, Max: 30 * time.Second}

func (p throttlePolicy) Do(r *policy.Request) (*http.Response, error) {
	for throttled := 1; ; throttled++ {
		answer, err := r.Next()
		memo.Note(r.Raw().Context(), nil)
		if err != nil || answer.StatusCode != http.StatusTooManyRequests || r.Raw().Method == http.MethodPut {
			return answer, err
		}
		throttling := throttledBy(answer, p.clock)
		memo.Note(r.Raw().Context(), throttling)
		if p.clock.Sleep(r.Raw().Context(), throttleDelay(answer.Header, throttled, p.clock)) != nil {
			// The time is up. What the service said tells more than that.
			return nil, throttling
		}
	}
}

// throttleDelay is how long to wait after a request was throttled for the
// given number of times.
func throttleDelay(header http.Header, throttled int, clock wait.Clock) time.Duration {
	if asked, ok := wait.RetryAfter(header, clock.Now()); ok && asked > 0 {
		return asked
	}
	return throttleBackoff.Delay(throttled)
}

// withThrottling lets throttlePolicy, instead of the SDK's own retries, which are
// three, deal with 429.
func withThrottling(options *arm.ClientOptions, clock wait.Clock) *arm.ClientOptions {
	options.PerCallPolicies = append(slices.Clip(options.PerCallPolicies), throttlePolicy{clock})
	options.Retry.StatusCodes = []int{
		http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout,
	}
	return options
}
