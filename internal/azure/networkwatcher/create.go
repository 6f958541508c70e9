package networkwatcher

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// maxPuts bounds how often one create is sent, apart from when the service
// asks to come back later.
const maxPuts = 5

// Create has the service accept a packet capture, PacketCaptures_Create, and
// does not wait for more. A capture of this name must not exist: see
// CheckAbsent.
//
// The request is never repeated blindly. After a lost or ambiguous answer
// Create looks for the capture, and takes over what it finds if that is what
// was asked for. It does so even if ctx has ended meanwhile. The error is
// *ExistsError if another capture has the name, *UncertainError if it could not be
// found out what became of the request, and *MissingWatcherError.
func (c *Client) Create(ctx context.Context, id PacketCaptureID, capture armnetwork.PacketCapture) (*Creation, error) {
	cache := c.cache(id.Watcher)
	cache.invalidate()
	defer cache.invalidate()
	c.known.forget(id, false)
	defer c.known.begin(id)()
	creation, err := c.create(ctx, id, capture)
	if err != nil {
		return nil, azure.Wrap(fmt.Sprintf("create packet capture %q", id.Name), err)
	}
	cache.recordWrite(id.Name, true)
	return creation, nil
}

func (c *Client) create(ctx context.Context, id PacketCaptureID, capture armnetwork.PacketCapture) (*Creation, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	backoff := wait.Backoff{Base: time.Second, Max: 30 * time.Second}
	lost := false
	puts, throttled := 0, 0
	for {
		creation, answer, err := c.put(ctx, id, capture) //nolint:bodyclose // the pipeline has read and closed it
		if err == nil {
			return creation, nil
		}
		outcome := outcomeOf(answer, err)
		lost = lost || outcome == outcomeLost
		if lost {
			// This is also for a clear refusal of a repeated request: it may
			// be of the kind "exists already", because of the one before.
			adopted, lookErr := c.adopt(ctx, id, capture, err)
			if adopted != nil || lookErr != nil {
				return adopted, lookErr
			}
		}
		delay := backoff.Delay(puts + 1)
		if outcome == outcomeThrottled {
			throttled++
			delay = throttleDelay(answer.Header, throttled, c.clock)
		} else {
			puts++
		}
		if puts == maxPuts || outcome == outcomeRefused {
			return nil, c.explainRefusal(ctx, id, err)
		}
		if interrupted := c.clock.Sleep(ctx, delay); interrupted != nil {
			if lost {
				// It was not there yet, and may come late.
				return nil, &UncertainError{ID: id, Lookup: interrupted, cause: err}
			}
			if answer != nil && answer.StatusCode == http.StatusTooManyRequests {
				err = throttledBy(answer, c.clock)
			}
			return nil, errors.Join(interrupted, err)
		}
	}
}

// explainRefusal looks whether a request was refused because its name is
// taken, for which no code is documented.
func (c *Client) explainRefusal(ctx context.Context, id PacketCaptureID, refusal error) error {
	response := new(azcore.ResponseError)
	if errors.As(refusal, &response) && (response.StatusCode == http.StatusBadRequest || response.StatusCode == http.StatusConflict) {
		_, err := c.get(ctx, id)
		switch {
		case err == nil:
			return &ExistsError{ID: id, Origin: c.origin(id, 1), cause: refusal}
		case response.StatusCode == http.StatusConflict:
			return conflict(refusal)
		}
	}
	return classifyWatcher(id.Watcher, refusal)
}

// put sends the request once. The answer is nil if there was none.
func (c *Client) put(ctx context.Context, id PacketCaptureID, capture armnetwork.PacketCapture) (*Creation, *http.Response, error) {
	client, err := c.packetCaptures(id.Watcher)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := wait.WithGrace(ctx, c.clock)
	defer cancel()
	var answer *http.Response
	ctx = policy.WithCaptureResponse(ctx, &answer)
	ctx = policy.WithRetryOptions(ctx, policy.RetryOptions{MaxRetries: -1})
	poller, err := client.BeginCreate(ctx, id.Watcher.ResourceGroupName, id.Watcher.Name, id.Name, capture, nil)
	if err != nil {
		return nil, answer, err
	}
	accepted, err := acceptedBody(id, answer)
	if err != nil {
		return nil, answer, err
	}
	creation := &Creation{Accepted: accepted, client: c, id: id, sent: capture.Properties}
	if answer.Header.Get("Azure-AsyncOperation") != "" {
		creation.operation = begun(poller, answer, c.clock)
	}
	return creation, answer, nil
}

func acceptedBody(id PacketCaptureID, answer *http.Response) (*armnetwork.PacketCaptureResult, error) {
	payload, err := runtime.Payload(answer)
	if err != nil {
		return nil, err
	}
	accepted := new(armnetwork.PacketCaptureResult)
	if err := json.Unmarshal(payload, accepted); err != nil {
		return nil, fmt.Errorf("the service accepted the capture, but its answer cannot be read: %w", err)
	}
	if problem := lacksCapture(id, accepted); problem != "" {
		return nil, &AnswerError{Asked: "the accepted " + asked(id), Lacks: problem, answer: answer}
	}
	return accepted, nil
}

// adopt looks for what became of a lost request. It returns neither capture
// nor error if there is no such capture.
func (c *Client) adopt(ctx context.Context, id PacketCaptureID, sent armnetwork.PacketCapture, lost error) (*Creation, error) {
	ctx, cancel := wait.WithGrace(ctx, c.clock)
	defer cancel()
	found, err := c.get(ctx, id)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, nil
	case err != nil:
		if _, ok := errors.AsType[*MissingWatcherError](err); ok {
			return nil, err
		}
		return nil, &UncertainError{ID: id, Lookup: err, cause: lost}
	case !matchesRequest(found.Properties, sent.Properties), c.origin(id, 1) == OriginThisRun:
		// Another create of this run made it, or may have.
		return nil, &ExistsError{ID: id, Origin: c.origin(id, 1)}
	default:
		return &Creation{Accepted: found, Lost: lost, client: c, id: id, sent: sent.Properties}, nil
	}
}
