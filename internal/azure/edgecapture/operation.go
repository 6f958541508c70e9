package edgecapture

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// operation is a long-running operation that the service accepted.
type operation struct {
	client *Client
	// poller is nil if the operation was over at once.
	poller *runtime.Poller[json.RawMessage]
	// async is whether the poller asks an Azure-AsyncOperation, which has a status of
	// its own; fetches whether the result is elsewhere, at a Location.
	async, fetches bool
	// last is the last answer of the service.
	last *http.Response
	// what names the operation for errors, for example
	// `the start of a packet capture on firewall "edge"`.
	what string
}

// patience is how long a request is sent again that the service has no time for.
const patience = 15 * time.Minute

var turnedAwayPace = wait.Backoff{Base: 10 * time.Second, Max: time.Minute}

// begin sends the request of an operation, and again only if the service says that
// it did nothing because of other work. The error unwraps to *UncertainError if the
// service may have acted all the same.
func (c *Client) begin(ctx context.Context, what, path string, body any) (*operation, error) {
	last := c.clock.Now().Add(patience)
	for attempt := 1; ; attempt++ {
		began, err := c.beginOnce(ctx, what, path, body)
		response := new(azcore.ResponseError)
		if !errors.As(err, &response) || !turnedAway(response) {
			return began, err
		}
		pause, asked := time.Duration(0), false
		if response.RawResponse != nil {
			pause, asked = wait.RetryAfter(response.RawResponse.Header, c.clock.Now())
		}
		if !asked {
			pause = turnedAwayPace.Delay(attempt)
		}
		if pause = max(pause, time.Second); c.clock.Now().Add(pause).After(last) || c.clock.Sleep(ctx, pause) != nil {
			return nil, err
		}
	}
}

func (c *Client) beginOnce(ctx context.Context, what, path string, body any) (*operation, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	sending, cancel := wait.WithGrace(ctx, c.clock)
	defer cancel()
	return c.send(sending, what, path, body, true)
}

func (c *Client) send(ctx context.Context, what, path string, body any, once bool) (*operation, error) {
	answer, pipeline, err := c.post(ctx, path, body, once) //nolint:bodyclose // the pipeline has read and closed it
	switch {
	case err != nil && once:
		return nil, uncertainUnlessRefused(what, answer, err)
	case err != nil:
		return nil, &refusedError{err}
	}
	for _, header := range []string{"Azure-AsyncOperation", "Location"} {
		// The SDK's error would quote an address with its signature.
		if text := answer.Header.Get(header); text != "" && !isAddress(text) {
			return nil, &UncertainError{What: what, cause: &AnswerError{Asked: what, Lacks: "its header " + header + " is no address", answer: answer}}
		}
	}
	if answer.StatusCode != http.StatusAccepted && answer.Header.Get("Azure-AsyncOperation") == "" {
		return &operation{client: c, last: answer, what: what}, nil
	}
	poller, err := runtime.NewPoller(answer, pipeline, &runtime.NewPollerOptions[json.RawMessage]{})
	if err != nil {
		return nil, &UncertainError{What: what, cause: &AnswerError{Asked: what, Lacks: "it names no operation to ask", answer: answer}}
	}
	async := answer.Header.Get("Azure-AsyncOperation") != ""
	return &operation{client: c, poller: poller, async: async, fetches: async && answer.Header.Get("Location") != "", last: answer, what: what}, nil
}

// uncertain says of an operation that the service accepted that nobody knows what
// became of it.
func (o *operation) uncertain(cause error) error { return &UncertainError{What: o.what, cause: cause} }

func isAddress(text string) bool {
	parsed, err := url.Parse(text)
	return err == nil && parsed.Scheme != "" && parsed.Host != ""
}

// result waits for the operation's end and returns its body, which may be no
// JSON, or empty: one whose Azure-AsyncOperation has succeeded may have no result.
// An error that unwraps to *FailedError is the service's own word that it failed;
// after any other nothing is known.
func (o *operation) result(ctx context.Context) ([]byte, error) {
	ctx = o.client.guarded(ctx)
	begun := false
	waiter := o.client.waiter()
	waiter.Temporary = temporary
	err := waiter.Until(ctx, o.what, func(ctx context.Context) (wait.Progress, error) {
		if !begun {
			begun = true
			return wait.Progress{Done: o.poller == nil || o.poller.Done()}.Paced(o.last.Header, o.client.clock.Now()), nil
		}
		return o.poll(ctx)
	})
	if err != nil {
		return nil, err
	}
	if o.poller != nil {
		if err := o.fetch(ctx); err != nil {
			return nil, err
		}
	}
	if o.async && !o.fetches {
		return nil, nil
	}
	return o.payload()
}

// payload is the last answer's, unless it carries an error beside what else it says.
func (o *operation) payload() ([]byte, error) {
	payload, err := runtime.Payload(o.last)
	if err == nil {
		err = o.contradicted(payload)
	}
	return payload, err
}

func (o *operation) contradicted(payload []byte) error {
	if _, carries := azure.ParseErrorBody(payload); carries {
		return &AnswerError{Asked: "the result of " + o.what, Lacks: "it carries an error", answer: o.last}
	}
	return nil
}

// poll asks once.
func (o *operation) poll(ctx context.Context) (wait.Progress, error) {
	answer, silent, err := azure.Poll(ctx, o.poller) //nolint:bodyclose // the pipeline has read and closed it
	switch {
	case silent != nil:
		return wait.Progress{}, &AnswerError{Asked: "the state of " + o.what, Lacks: "it has no status", answer: silent}
	case err != nil:
		return wait.Progress{}, &refusedError{err}
	}
	o.last = answer
	return wait.Progress{Done: o.poller.Done(), State: azure.OperationStatus(answer)}.Paced(answer.Header, o.client.clock.Now()), nil
}

// fetch gets the result of an operation that has ended: with an
// Azure-AsyncOperation it is at the Location.
func (o *operation) fetch(ctx context.Context) error {
	var fetched *http.Response
	_, err := o.poller.Result(policy.WithCaptureResponse(ctx, &fetched))
	response := new(azcore.ResponseError)
	switch {
	case errors.As(err, &response) && fetched != nil, err != nil && fetched == nil && o.fetches && !errors.As(err, &response):
		return fmt.Errorf("the operation has ended, and its result cannot be read: %w", err)
	case errors.As(err, &response) && (response.StatusCode < http.StatusBadRequest || refusal(response.StatusCode)):
		return &FailedError{What: o.what, cause: err}
	case errors.As(err, &response):
		return &refusedError{err}
	}
	_, err = o.payload()
	if fetched != nil {
		// Not what the SDK made of it: the published results are no JSON.
		o.last = fetched
	}
	return err
}
