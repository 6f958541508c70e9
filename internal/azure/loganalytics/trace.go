package loganalytics

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// progress follows how far a request got. A request that was written whole
// may have been handled even if no answer came; any other cannot have been.
type progress struct{ connected, sent atomic.Bool }

func (p *progress) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { p.connected.Store(true) },
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			if info.Err == nil {
				p.sent.Store(true)
			}
		},
	})
}

func (p *progress) connectionError(api API, target string, err error) error {
	sent := p.sent.Load()
	return &ConnectionError{API: api, Target: target, Sent: sent, Cut: p.connected.Load() && !sent, Err: err}
}

// progressPolicy traces the request of a pipeline. It stands behind the
// policy that fetches tokens, whose requests must not count.
type progressPolicy struct{}

type progressKey struct{}

func (progressPolicy) Do(request *policy.Request) (*http.Response, error) {
	ctx := request.Raw().Context()
	if p, ok := ctx.Value(progressKey{}).(*progress); ok {
		request = request.WithContext(p.trace(ctx))
	}
	return request.Next()
}
