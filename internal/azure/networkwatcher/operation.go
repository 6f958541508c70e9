package networkwatcher

import (
	"bytes"
	"context"
	"errors"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// operation is a long-running operation. The SDK's own PollUntilDone is not
// used because it cannot be told to skip the final GET of the resource, and
// forgets at an interruption what it saw.
type operation[T any] struct {
	poller *runtime.Poller[T]
	// first has what the first answer says about the first poll.
	first wait.Progress
	// last is the last answer to a poll.
	last *http.Response
}

// begin starts an operation that may be started any number of times. It waits
// while the service says that it is busy with another one on the same object.
func begin[T any](ctx context.Context, c *Client, what string, start func(context.Context) (*runtime.Poller[T], error)) (*operation[T], error) {
	var started *operation[T]
	err := c.waiter().Until(ctx, what, func(ctx context.Context) (wait.Progress, error) {
		var answer *http.Response
		poller, err := start(policy.WithCaptureResponse(ctx, &answer))
		if err != nil && answer != nil && answer.StatusCode < http.StatusMultipleChoices && !wait.Ended(err) {
			return wait.Progress{}, &AnswerError{Asked: "an accepted operation (" + what + ")", Lacks: "it names no operation to ask", answer: answer}
		}
		if answer != nil && busy(err) {
			return wait.Progress{State: codeBusy}.Paced(answer.Header, c.clock.Now()), nil
		}
		if err != nil {
			return wait.Progress{}, err
		}
		if poller.Done() && !bodyless(answer) {
			return wait.Progress{}, &AnswerError{Asked: "a finished operation (" + what + ")", Lacks: "that has no body", answer: answer}
		}
		started = begun(poller, answer, c.clock)
		return wait.Progress{Done: true}, nil
	})
	return started, err
}

// bodyless reports whether an answer says nothing but its status. So does the
// service when a stop or a deletion is done at once; anything else comes from
// elsewhere, or is an error.
func bodyless(answer *http.Response) bool {
	payload, err := runtime.Payload(answer)
	switch string(bytes.TrimSpace(payload)) {
	case "", "null":
		return err == nil
	}
	return false
}

func begun[T any](poller *runtime.Poller[T], answer *http.Response, clock wait.Clock) *operation[T] {
	return &operation[T]{poller: poller, first: wait.Progress{}.Paced(answer.Header, clock.Now())}
}

// codeBusy is the error code of a request that met another operation.
//
// Source: https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
const codeBusy = "AnotherOperationInProgress"

func busy(err error) bool {
	status, code, _ := serviceError(err)
	return status == http.StatusConflict && code == codeBusy
}

// until polls to the end, and returns how the operation failed. what names the operation for *wait.Interrupted;
// state is the state in the first answer, if it has one.
func (o *operation[T]) until(ctx context.Context, waiter wait.Waiter, what, state string) error {
	first, status := true, http.StatusOK
	waiter.Temporary = temporary
	err := waiter.Until(ctx, what, func(ctx context.Context) (wait.Progress, error) {
		if first {
			first = false
			progress := o.first
			progress.Done, progress.State = o.poller.Done(), state
			return progress, nil
		}
		answer, err := o.poll(ctx, what) //nolint:bodyclose // the pipeline has read and closed it
		if err != nil {
			return wait.Progress{}, err
		}
		o.last, status, state = answer, answer.StatusCode, azure.OperationStatus(answer)
		return wait.Progress{Done: o.poller.Done(), State: state}.Paced(answer.Header, waiter.Clock.Now()), nil
	})
	if err == nil && !succeeded(status, state) {
		_, err = o.poller.Result(ctx)
	}
	return err
}

// poll asks once. An answer that says nothing of the operation is an error.
func (o *operation[T]) poll(ctx context.Context, what string) (*http.Response, error) {
	answer, silent, err := azure.Poll(ctx, o.poller)
	if silent != nil && !o.poller.Done() {
		return answer, &AnswerError{Asked: "the state of the operation (" + what + ")", Lacks: "it has no status", answer: silent}
	}
	return answer, err
}

// succeeded reads the end of an operation. A status monitor has the status in
// its body; the other kind of URL has none, and answers with the result.
func succeeded(statusCode int, status string) bool {
	switch fold(status) {
	case "succeeded", "completed":
		return true
	case "":
		return statusCode < http.StatusBadRequest
	default:
		return false
	}
}

// temporary reports whether another look may not meet the same failure.
func temporary(err error) bool {
	if noStatus, ok := errors.AsType[*NoStatusError](err); ok {
		return noStatus.Lookup == nil
	}
	if response, ok := errors.AsType[*azcore.ResponseError](err); ok {
		return failure.IsTemporary(response.StatusCode)
	}
	return !refused(err) && !failure.IsFinal(err)
}
