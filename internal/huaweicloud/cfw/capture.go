package cfw

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"golang.org/x/sync/semaphore"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
)

// Capture makes a capture task, which starts at once, and returns it as soon
// as its id is known, with what may be doubted of it. What it returns beside an
// error is only Equals.
//
// The service does not return the id, runs one capture at a time, and lists
// late. So captures on one firewall take turns in the order of their calls;
// each waits until nothing runs there, is posted, and is then found as the new
// task with the request's name and parameters and a date that fits. It is
// posted again only if the service refused it, and after another look. The wait
// for turn and slot is bounded by ctx, the search by Pace.VisibleWithin; it
// goes on for Pace.AfterInterrupt when ctx ends after the post, so that the
// id is not lost to an interruption.
//
// Errors: *UnsupportedError and *FirewallNotFoundError before anything was
// created; *huaweicloud.Error when the service refused;
// *SlotHeldError and *wait.Interrupted when there was no slot before ctx ends;
// *UnconfirmedError when
// a capture may be running whose id could not be found out.
func (c *Client) Capture(ctx context.Context, firewall Firewall, request CreateRequest, onProgress ProgressFunc) (Captured, error) {
	firewall = c.complete(firewall)
	c.forgetPlanned(firewall, request)
	body, err := request.body()
	if err != nil {
		return Captured{}, err
	}
	if err := c.CheckSupport(ctx, firewall, body.Source.AddressType); err != nil {
		return Captured{}, err
	}
	release, err := c.takeTurn(ctx, firewall)
	if err != nil {
		return Captured{}, err
	}
	defer release()
	made, err := c.capture(ctx, firewall, request, body, onProgress)
	if err != nil {
		return Captured{Equals: c.strangers(firewall, request)}, err
	}
	return made, nil
}

// capture is Capture whose turn it is.
func (c *Client) capture(ctx context.Context, firewall Firewall, request CreateRequest, body createBody, onProgress ProgressFunc) (Captured, error) {
	patience := c.session.NewPatience()
	for refusals := 1; ; refusals++ {
		before, err := c.waitForSlot(ctx, firewall, request.Name, onProgress)
		if err != nil {
			return Captured{}, err
		}
		posted := Posting{Request: request, Before: before.ids(), At: c.clock.Now(), From: before.servedAt, Zone: c.zoneOf(firewall.Region)}
		err = c.create(ctx, firewall, body)
		// Counted from before the list was asked for: when in the call it was
		// served is not known.
		posted.Until = before.servedAt.Add(c.clock.Now().Sub(before.startedAt))
		var lost *huaweicloud.LostAnswerError
		if err == nil || errors.As(err, &lost) {
			return c.identify(ctx, firewall, posted, lost, onProgress)
		}
		if huaweicloud.Temporary(err) {
			if err := patience.Pause(ctx, "CreateCaptureTask", err); err != nil {
				return Captured{}, err
			}
			continue
		}
		if !c.lostSlot(ctx, firewall, posted.Before, err) {
			return Captured{}, err
		}
		if ended := c.clock.Sleep(ctx, c.pace.Poll.Delay(refusals)); ended != nil {
			return Captured{}, fmt.Errorf("%w; another capture was running each time, and then %w", err, ended)
		}
	}
}

// takeTurn waits until no earlier Capture works on the firewall.
func (c *Client) takeTurn(ctx context.Context, firewall Firewall) (release func(), err error) {
	c.mu.Lock()
	turn, found := c.turns[firewall.key()]
	if !found {
		// A semaphore wakes its waiters in the order in which they came.
		turn = semaphore.NewWeighted(1)
		c.turns[firewall.key()] = turn
	}
	c.mu.Unlock()
	if err := turn.Acquire(ctx, 1); err != nil {
		return nil, fmt.Errorf("wait for other captures to start on the firewall %s: %w", firewall.ID, err)
	}
	return func() { turn.Release(1) }, nil
}

type addressBody struct {
	Address     string        `json:"address"`
	AddressType AddressFamily `json:"address_type"`
	// Type is always 0, "manual": the definition knows no other.
	Type int `json:"type"`
}

type serviceBody struct {
	Protocol        Protocol `json:"protocol"`
	SourcePort      string   `json:"source_port"`
	DestinationPort string   `json:"dest_port"`
}

type createBody struct {
	Name        string      `json:"name"`
	Duration    int64       `json:"duration"`
	MaxPackets  int64       `json:"max_packets"`
	Source      addressBody `json:"source"`
	Destination addressBody `json:"destination"`
	Service     serviceBody `json:"service"`
}

func (r CreateRequest) body() (createBody, error) {
	source, err := FamilyOf(r.SourceAddress)
	if err != nil {
		return createBody{}, fmt.Errorf("the source address: %w", err)
	}
	destination, err := FamilyOf(r.DestinationAddress)
	if err != nil {
		return createBody{}, fmt.Errorf("the destination address: %w", err)
	}
	if source != destination {
		return createBody{}, fmt.Errorf("the source address is %s and the destination address %s: both must be of one family", source, destination)
	}
	return createBody{
		Name: r.Name, Duration: r.DurationInMinutes, MaxPackets: r.MaxPackets,
		Source:      addressBody{Address: r.SourceAddress, AddressType: source},
		Destination: addressBody{Address: r.DestinationAddress, AddressType: destination},
		Service:     serviceBody{Protocol: r.Protocol, SourcePort: r.SourcePort, DestinationPort: r.DestinationPort},
	}, nil
}

// create posts a task (CreateCaptureTask), once: every post starts a capture,
// and what was listed before it is what tells the new task apart.
func (c *Client) create(ctx context.Context, firewall Firewall, body createBody) error {
	defer c.wrote(firewall)
	call := request(firewall, "CreateCaptureTask", http.MethodPost, "capture-task")
	call.Body = body
	return c.write(ctx, firewall, call)
}
