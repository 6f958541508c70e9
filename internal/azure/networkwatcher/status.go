package networkwatcher

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// Status asks for the state of a capture's session: one
// PacketCaptures_GetStatus. While the session runs the service answers with
// 202, and has the state in that answer already. The error is ErrNotFound if
// there is no such capture, and *NoStatusError if the service has no status of
// a capture that exists.
func (c *Client) Status(ctx context.Context, id PacketCaptureID) (*armnetwork.PacketCaptureQueryStatusResult, error) {
	status, _, err := c.status(ctx, id, followLocation)
	return status, azure.Wrap(doingStatus(id), err)
}

// StatusNow is Status for a capture whose session is known to run: it returns
// nil where Status would have to wait. The service answers at once if the
// session has ended, so such an answer means that it has not.
func (c *Client) StatusNow(ctx context.Context, id PacketCaptureID) (*armnetwork.PacketCaptureQueryStatusResult, error) {
	status, _, err := c.status(ctx, id, stayHere)
	return status, azure.Wrap(doingStatus(id), err)
}

func doingStatus(id PacketCaptureID) string {
	return fmt.Sprintf("query the status of packet capture %q", id.Name)
}

// Whether a status that is not in the first answer is fetched at its Location.
const (
	followLocation = true
	stayHere       = false
)

// status also returns when the service wants to be asked again.
func (c *Client) status(ctx context.Context, id PacketCaptureID, follow bool) (*armnetwork.PacketCaptureQueryStatusResult, wait.Progress, error) {
	client, err := c.packetCaptures(id.Watcher)
	if err != nil {
		return nil, wait.Progress{}, err
	}
	var first *http.Response
	poller, err := client.BeginGetStatus(policy.WithCaptureResponse(ctx, &first), id.Watcher.ResourceGroupName, id.Watcher.Name, id.Name, nil)
	if first == nil || first.StatusCode >= http.StatusMultipleChoices || wait.Ended(err) {
		return nil, wait.Progress{}, c.explainMissingStatus(ctx, id, classify(id, err))
	}
	progress := wait.Progress{}.Paced(first.Header, c.clock.Now())
	status, problem := statusIn(id, first)
	switch {
	case problem == nil:
		// The SDK wants a Location with every 202; with the state in hand
		// there is nothing to look for there.
		return status, progress, nil
	case first.StatusCode != http.StatusAccepted || hasBody(first) || err != nil:
		return nil, progress, problem
	case !follow:
		return nil, progress, nil
	}
	operation := &operation[armnetwork.PacketCapturesClientGetStatusResponse]{poller: poller, first: progress}
	if err := operation.until(ctx, c.waiter(), asked(id)+"'s status", ""); err != nil {
		return nil, progress, c.explainMissingStatus(ctx, id, classify(id, err))
	}
	status, problem = statusIn(id, operation.last)
	return status, progress, problem
}

func hasBody(answer *http.Response) bool {
	payload, err := runtime.Payload(answer)
	return err != nil || len(bytes.TrimSpace(payload)) > 0
}

// statusIn returns the state that a successful answer has in its body.
func statusIn(id PacketCaptureID, answer *http.Response) (*armnetwork.PacketCaptureQueryStatusResult, error) {
	status := new(armnetwork.PacketCaptureQueryStatusResult)
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusAccepted {
		return nil, runtime.NewResponseError(answer)
	}
	payload, err := runtime.Payload(answer)
	if err == nil && len(payload) > 0 {
		err = json.Unmarshal(payload, status)
	}
	return status, answered(answer, err, "the status of "+asked(id), func() string { return lacksStatus(id, status) })
}

// WaitEnded asks for the state of a capture's session, at the pace that the
// service asks for, until it captures no more, and returns the last state.
// onProgress, which may be nil, is told of every other one. If ctx ends first
// the error unwraps to *wait.Interrupted with the last state.
func (c *Client) WaitEnded(ctx context.Context, id PacketCaptureID, onProgress func(context.Context, *armnetwork.PacketCaptureQueryStatusResult)) (*armnetwork.PacketCaptureQueryStatusResult, error) {
	var last *armnetwork.PacketCaptureQueryStatusResult
	waiter := c.waiter()
	waiter.Temporary = temporary
	err := waiter.Until(ctx, fmt.Sprintf("packet capture %q to end", id.Name), func(ctx context.Context) (wait.Progress, error) {
		status, progress, err := c.status(ctx, id, followLocation)
		if err != nil {
			return wait.Progress{}, err
		}
		last = status
		state := *status.PacketCaptureStatus
		if Ended(state) {
			return wait.Progress{Done: true}, nil
		}
		if onProgress != nil {
			onProgress(ctx, status)
		}
		progress.State = string(state)
		return progress, nil
	})
	if err != nil {
		return nil, azure.Wrap(fmt.Sprintf("wait for packet capture %q to end", id.Name), err)
	}
	return last, nil
}
