package networkwatcher

import (
	"net/http"
	"slices"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

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
		if err != nil || answer.StatusCode != http.StatusTooManyRequests || r.Raw().Method == http.MethodPut {
			return answer, err
		}
		if p.clock.Sleep(r.Raw().Context(), throttleDelay(answer.Header, throttled, p.clock)) != nil {
			// The time is up. What the service said tells more than that.
			return answer, nil //nolint:nilerr // its error is made of this answer
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

// patient lets throttlePolicy, instead of the SDK's own retries, which are
// three, deal with 429.
func patient(options *arm.ClientOptions, clock wait.Clock) *arm.ClientOptions {
	options.PerCallPolicies = append(slices.Clip(options.PerCallPolicies), throttlePolicy{clock})
	options.Retry.StatusCodes = []int{
		http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout,
	}
	return options
}
