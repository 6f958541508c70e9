package loganalytics

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

var (
	_ failure.Describer = (*ServiceError)(nil)
	_ failure.Describer = (*AnswerError)(nil)
	_ failure.Describer = (*ConnectionError)(nil)
	_ failure.Describer = (*RetiredError)(nil)
)

// Text is the text of an error with these details: with what to do next, and
// without a full stop.
func Text(details failure.Details) string {
	return strings.TrimRight(strings.Join(append([]string{strings.TrimRight(details.String(), ". ") + "."}, details.Next...), " "), ".")
}

// Describe implements failure.Describer.
func (e *ServiceError) Describe() failure.Details {
	details := failure.Details{
		Summary: strings.TrimSpace(fmt.Sprintf("the %s (%s) answered HTTP %d %s", e.API, e.Target, e.Status, http.StatusText(e.Status))),
		Code:    e.Code, Message: e.Message, RequestID: e.RequestID, Status: e.Status,
	}
	if e.Remedy != "" {
		details.Next = []string{strings.TrimRight(e.Remedy, ".") + "."}
	}
	return details
}

// Describe implements failure.Describer.
func (e *AnswerError) Describe() failure.Details {
	details := failure.Details{Summary: strings.TrimRight(e.summary(), "."), Status: e.Status}
	if e.Remedy != "" {
		details.Next = []string{e.Remedy + "."}
	}
	return details
}

// Describe implements failure.Describer.
func (e *ConnectionError) Describe() failure.Details {
	details := failure.Details{Summary: strings.TrimRight(e.Error(), ".")}
	switch {
	case behindProxy(e.Err):
		details.Next = []string{proxyRemedy + "."}
	case e.Sent && !errors.Is(e.Err, context.Canceled) && !errors.Is(e.Err, context.DeadlineExceeded):
		details.Next = []string{"The connection broke before the answer had come: run it again. If that happens each time, look at the proxies and firewalls on the way."}
	}
	return details
}

// Describe implements failure.Describer.
func (e *RetiredError) Describe() failure.Details {
	details := azure.Describe(e.Err)
	details.Next = append([]string{"This is how a retired service looks. " + RetirementAdvice + "."}, details.Next...)
	if HostGone(e.Err) {
		details.Next = append(details.Next, "If other services cannot be reached from this machine either, check DNS, proxies (HTTPS_PROXY, NO_PROXY) and firewalls.")
	}
	return details
}

// behindProxy reports whether a proxy refused to connect to the service for want
// of credentials; net/http returns that as an error, not as an answer.
func behindProxy(err error) bool {
	return err != nil && strings.Contains(err.Error(), http.StatusText(http.StatusProxyAuthRequired))
}
