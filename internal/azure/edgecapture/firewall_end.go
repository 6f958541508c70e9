package edgecapture

import (
	"context"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// betweenLooks is how long after a first look at a firewall a second one is taken.
const betweenLooks = 2 * time.Second

// ConfirmedFirewallStatus is FirewallStatus, but for that nothing runs it takes two
// looks in a row that say so with one word: a capture that is taken for ended is not
// looked at again, nor stopped.
func (c *Client) ConfirmedFirewallStatus(ctx context.Context, id FirewallID) (FirewallStatus, error) {
	status, err := c.FirewallStatus(ctx, id)
	for err == nil && !status.Running() {
		if err = c.clock.Sleep(ctx, betweenLooks); err != nil {
			return FirewallStatus{}, azure.Wrap("ask twice for the status of the packet capture on "+id.describe(), err)
		}
		before := status.Code
		if status, err = c.FirewallStatus(ctx, id); status.Code == before {
			break
		}
	}
	return status, err
}

// WaitFirewallEnded asks for the status, at the pace that the service asks for,
// until two looks have said that nothing runs, and returns the last one. onProgress,
// which may be nil, is told of every other. After until, unless it is zero, the status
// may still be running: another's capture is. If ctx ends first, the error unwraps to
// *wait.Interrupted.
func (c *Client) WaitFirewallEnded(ctx context.Context, id FirewallID, until time.Time, onProgress func(context.Context, FirewallStatus)) (FirewallStatus, error) {
	return c.waitFirewall(ctx, id, until, c.ConfirmedFirewallStatus, onProgress)
}

func (c *Client) waitFirewall(
	ctx context.Context, id FirewallID, until time.Time, look func(context.Context, FirewallID) (FirewallStatus, error), onProgress func(context.Context, FirewallStatus),
) (FirewallStatus, error) {
	var last FirewallStatus
	waiter := c.waiter()
	waiter.Temporary = temporary
	err := waiter.Until(ctx, "the packet capture on "+id.describe()+" to end", func(ctx context.Context) (wait.Progress, error) {
		status, err := look(ctx, id)
		if err != nil {
			return wait.Progress{}, err
		}
		last = status
		if status.Running() && onProgress != nil {
			onProgress(ctx, status)
		}
		over := !until.IsZero() && c.clock.Now().After(until)
		return wait.Progress{Done: over || !status.Running(), State: status.String()}, nil
	})
	return last, azure.Wrap("wait for the packet capture on "+id.describe(), err)
}
