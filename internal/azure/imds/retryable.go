package imds

import (
	"net/http"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// again reports whether the same request may succeed later, and how long the
// service wants to be left alone.
func (a *attempts) again(got *answer) (bool, time.Duration) {
	asked, _ := wait.RetryAfter(got.header, a.client.clock.Now())
	switch got.status {
	case http.StatusRequestTimeout, http.StatusGone, http.StatusTooManyRequests:
		return true, asked
	case http.StatusNotFound:
		if a.request.operation == operationLoadBalancer {
			return temporarilyMissing(got.serviceError().Error), asked
		}
		a.notFound++
		return a.notFound <= a.request.notFoundTries, asked
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return false, 0
	}
	return got.status >= http.StatusInternalServerError, asked
}

// temporarilyMissing tells the load balancer endpoint's two kinds of 404
// apart.
func temporarilyMissing(text string) bool {
	text = strings.ToLower(text)
	return strings.Contains(text, "not currently available") || strings.Contains(text, "isn't available")
}
