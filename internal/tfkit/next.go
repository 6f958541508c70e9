package tfkit

import (
	"context"
	"errors"
	"net/http"
)

// orElse returns what to do, or what is always worth doing if nothing better
// is known. status is the answer's HTTP status, 0 without an answer.
func orElse(next []string, err error, status int) []string {
	switch {
	case len(next) > 0:
		return next
	case errors.Is(err, context.Canceled):
		return []string{"It was interrupted: run it again."}
	case errors.Is(err, context.DeadlineExceeded):
		return []string{"Run it again; if the service is slow, allow more time with timeouts."}
	case status == 0:
		return []string{"Run it again; if it fails each time, check that the service can be reached from here, and what stands between: DNS, proxies, firewalls."}
	case status < http.StatusBadRequest:
		return []string{"Run it again; if it fails each time, check what stands between this machine and the service, such as a proxy, and report it."}
	case status == http.StatusRequestTimeout || status == http.StatusTooManyRequests || status >= http.StatusInternalServerError:
		return []string{"Such failures mostly pass: run it again. If it fails each time, ask the service's support, with the request id."}
	default:
		return []string{"Correct what the service names, and run it again."}
	}
}
