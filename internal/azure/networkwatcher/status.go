package networkwatcher

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v9"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// Status asks for the state of a capture's session: one
// PacketCaptures_GetStatus. While the session runs the service answers with
// 202, and has the state in that answer already. The error is ErrNotFound if
// the service said that there is no such capture.
func (c *Client) Status(ctx context.Context, id PacketCaptureID) (*armnetwork.PacketCaptureQueryStatusResult, error) {
	status, _, err := c.status(ctx, id)
	return status, azure.Wrap(fmt.Sprintf("query the status of packet capture %q", id.Name), err)
}

// status also returns how long the service asks to wait before asking again.
func (c *Client) status(ctx context.Context, id PacketCaptureID) (*armnetwork.PacketCaptureQueryStatusResult, time.Duration, error) {
	client, err := c.packetCaptures(id.Watcher)
	if err != nil {
		return nil, 0, err
	}
	var answer *http.Response
	poller, err := client.BeginGetStatus(policy.WithCaptureResponse(ctx, &answer), id.Watcher.ResourceGroupName, id.Watcher.Name, id.Name, nil)
	if answer == nil {
		return nil, 0, err
	}
	retryAfter, _ := wait.RetryAfter(answer.Header, c.clock.Now())
	if status := statusIn(answer); status != nil {
		// The SDK wants a Location with every 202; with the state in hand
		// there is nothing to look for there.
		return status, retryAfter, nil
	}
	if err != nil {
		return nil, 0, classify(id, err)
	}
	operation := &operation[armnetwork.PacketCapturesClientGetStatusResponse]{poller: poller, retryAfter: retryAfter}
	if err := operation.until(ctx, c.waiter(), fmt.Sprintf("the status of packet capture %q", id.Name), ""); err != nil {
		return nil, 0, classify(id, err)
	}
	result, err := poller.Result(ctx)
	if err == nil && result.PacketCaptureStatus == nil {
		err = errors.New("the service's answer has no status of the session")
	}
	return &result.PacketCaptureQueryStatusResult, retryAfter, err
}

// statusIn returns the state that a successful answer has in its body.
func statusIn(answer *http.Response) *armnetwork.PacketCaptureQueryStatusResult {
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusAccepted {
		return nil
	}
	payload, err := runtime.Payload(answer)
	status := new(armnetwork.PacketCaptureQueryStatusResult)
	if err != nil || json.Unmarshal(payload, status) != nil || status.PacketCaptureStatus == nil {
		return nil
	}
	return status
}

// WaitEnded asks for the state of a capture's session, at the pace that the
// service asks for, until it captures no more, and returns the last state.
// onProgress, which may be nil, is told of every other one. If ctx ends first
// the error unwraps to *wait.Interrupted with the last state.
func (c *Client) WaitEnded(ctx context.Context, id PacketCaptureID, onProgress func(context.Context, *armnetwork.PacketCaptureQueryStatusResult)) (*armnetwork.PacketCaptureQueryStatusResult, error) {
	var last *armnetwork.PacketCaptureQueryStatusResult
	failures := 0
	err := c.waiter().Until(ctx, fmt.Sprintf("packet capture %q to end", id.Name), func(ctx context.Context) (wait.Progress, error) {
		status, retryAfter, err := c.status(ctx, id)
		if err != nil {
			failures++
			return wait.Progress{}, transientUpTo(failures, err)
		}
		failures, last = 0, status
		state := *status.PacketCaptureStatus
		if Ended(state) {
			return wait.Progress{Done: true}, nil
		}
		if onProgress != nil {
			onProgress(ctx, status)
		}
		return wait.Progress{State: string(state), RetryAfter: retryAfter}, nil
	})
	if err != nil {
		return nil, azure.Wrap(fmt.Sprintf("wait for packet capture %q to end", id.Name), err)
	}
	return last, nil
}
