package edgecapture

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// slot is the only capture of a firewall, or of what a VPN capture is made on.
// Within this process captures take turns; those of others show in a firewall's
// status.
type slot struct {
	turn chan struct{}
	// hand is held for a start, or for a look and a stop: for moments.
	hand chan struct{}
	held
}

// held is the last capture that this process started, until ends at the latest.
type held struct {
	holder      string
	began, ends time.Time
}

func (c *Client) slot(id fmt.Stringer) *slot {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := strings.ToLower(id.String())
	if c.slots[key] == nil {
		c.slots[key] = &slot{turn: make(chan struct{}, 1), hand: make(chan struct{}, 1)}
	}
	return c.slots[key]
}

// Turn waits until no other capture of this process is made on the target:
// nobody says what a second start does to the first. release ends the turn.
func (c *Client) Turn(ctx context.Context, target VPNTarget) (release func(), err error) {
	own := c.slot(target)
	select {
	case own.turn <- struct{}{}:
		return func() { <-own.turn }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("another capture of this run on %s was not over in time: %w", target.Describe(), ctx.Err())
	}
}

// HoldFirewall keeps captures of this process from beginning on a firewall until
// release is called. last is when the last one of this process began there; zero if
// none did.
func (c *Client) HoldFirewall(ctx context.Context, id FirewallID) (last time.Time, release func(), err error) {
	own := c.slot(id)
	select {
	case own.hand <- struct{}{}:
		c.mu.Lock()
		defer c.mu.Unlock()
		return own.began, func() { <-own.hand }, nil
	case <-ctx.Done():
		return time.Time{}, nil, fmt.Errorf("another start or stop of this run on %s was not over in time: %w", id.describe(), ctx.Err())
	}
}

// FirewallStart is a capture that the service accepted.
type FirewallStart struct {
	operation *operation
	release   func()
	// withdraw forgets it, as it did not begin.
	withdraw func()
	// At is when.
	At time.Time
}

// StartFirewall waits until no capture runs on the firewall, and has the service
// accept one. The error unwraps to *BusyError if that did not happen in time,
// to *sas.Error if the signature is no longer valid by then, and to *UncertainError
// if the answer was lost: a capture may run. Without an error, Release must be called when another capture may begin.
func (c *Client) StartFirewall(ctx context.Context, id FirewallID, capture FirewallCapture) (*FirewallStart, error) {
	c.learn(capture.Container)
	own := c.slot(id)
	doing := "start a packet capture on " + id.describe()
	select {
	case own.turn <- struct{}{}:
	case <-ctx.Done():
		c.mu.Lock()
		defer c.mu.Unlock()
		return nil, azure.Wrap(doing, &BusyError{Holder: own.holder, Ends: own.ends, cause: ctx.Err()})
	}
	started, err := c.startInTurn(ctx, id, own, capture)
	if err != nil {
		<-own.turn
		return nil, azure.Wrap(doing, err)
	}
	started.release = func() { <-own.turn }
	return started, nil
}

// Release lets the next capture of this process begin.
func (s *FirewallStart) Release() { s.release() }

func (c *Client) startInTurn(ctx context.Context, id FirewallID, own *slot, capture FirewallCapture) (*FirewallStart, error) {
	// One look will do: a start where a capture runs is refused.
	status, err := c.waitFirewall(ctx, id, time.Time{}, c.FirewallStatus, nil)
	if err != nil {
		if interrupted := new(wait.Interrupted); errors.As(err, &interrupted) && status.Running() {
			busy := &BusyError{Status: status, cause: err}
			c.mu.Lock()
			defer c.mu.Unlock()
			if own.ends.After(c.clock.Now()) {
				busy.Holder, busy.Ends = own.holder, own.ends
			}
			return nil, busy
		}
		return nil, err
	}
	at := c.clock.Now()
	// The wait may have taken longer than the signature is valid.
	if err := capture.Container.CheckValid(at, at.Add(time.Duration(capture.TimeInSeconds)*time.Second)); err != nil {
		return nil, err
	}
	_, release, err := c.HoldFirewall(ctx, id)
	if err != nil {
		return nil, err
	}
	defer release()
	began, err := c.begin(ctx, "the start of a packet capture on "+id.describe(), id.path(), capture.parameters())
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	before := own.held
	own.held = held{capture.FileName, at, at.Add(time.Duration(capture.TimeInSeconds) * time.Second)}
	return &FirewallStart{operation: began, At: at, withdraw: func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		own.held = before
	}}, nil
}

// Wait waits until the capture runs or has failed, and returns what the service
// says. An error that unwraps to *FailedError or to *BusyError (another capture
// began at the same moment), and a status that has failed, mean that it does not
// run. After one that unwraps to *UncertainError it may: what came is no answer to
// a start, as the word of another operation.
func (s *FirewallStart) Wait(ctx context.Context) (FirewallStatus, error) {
	status, err := s.operation.firewallResult(ctx)
	failed := new(FailedError)
	if errors.As(err, &failed) || err == nil && (status.Failed() || status.Code == FirewallInProgress) {
		s.withdraw()
	}
	switch {
	case err == nil && status.Code == FirewallInProgress:
		err = &BusyError{Status: status}
	case err == nil && !status.Failed() && status.Code != FirewallStartSucceeded:
		err = s.operation.uncertain(&AnswerError{Asked: "the result of " + s.operation.what, Lacks: "its status code is another operation's", answer: s.operation.last})
	case err != nil && !errors.As(err, &failed) && !wait.Ended(err):
		err = s.operation.uncertain(err)
	}
	return status, azure.Wrap("start a packet capture", err)
}
