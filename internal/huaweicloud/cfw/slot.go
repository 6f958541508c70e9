package cfw

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/memo"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// waitForSlot waits until the list shows no active task, and returns that list.
// It gives up early if the wait cannot help: see SlotHeldError.
func (c *Client) waitForSlot(ctx context.Context, firewall Firewall, name string, onProgress ProgressFunc) (before listing, err error) {
	what := "a free slot on the firewall " + firewall.ID + ", which runs one capture at a time"
	began := c.clock.Now()
	err = c.poll(ctx, what, onProgress, func(ctx context.Context, _ time.Duration) (wait.Progress, error) {
		listed, err := c.freshListing(ctx, firewall)
		if err != nil {
			return wait.Progress{}, err
		}
		before = listed
		state := ""
		if holder := listed.active(); holder != nil {
			state = fmt.Sprintf("the capture %q (%s) is %s", holder.Name, holder.ID, holder.Status)
			if holder.Name == name {
				err = c.heldTooLong(ctx, firewall, *holder, listed.servedAt, c.clock.Now().Sub(began))
			}
		}
		return wait.Progress{Done: state == "", State: state}, err
	})
	return before, err
}

// slotReleasedWithin is how long a task of the wanted name may take to go, at
// most: another operation of the same run may be about to delete it.
const slotReleasedWithin = 30 * time.Second

// heldTooLong returns an error if a task of the wanted name holds the slot, has
// not gone after a tenth of the time that there is, and captures for longer
// than there is time. Mostly it is what this create replaces, which Terraform
// destroys only afterwards.
func (c *Client) heldTooLong(ctx context.Context, firewall Firewall, holder Task, now time.Time, waited time.Duration) error {
	deadline, bounded := memo.Deadline(ctx)
	left := time.Until(deadline)
	captures := holder.captures(now, c.zoneOf(firewall.Region))
	if !bounded || waited < min(slotReleasedWithin, (left+waited)/10) || captures <= left {
		return nil
	}
	return &SlotHeldError{FirewallID: firewall.ID, Holder: holder, Captures: captures}
}

// captures returns for how much longer a running task captures at most by its
// duration; zero if that is not known. zone is that of its date, nil if not
// known.
func (t Task) captures(now time.Time, zone *time.Duration) time.Duration {
	created, err := time.Parse(dateLayout, t.CreatedDate)
	duration := time.Duration(t.DurationInMinutes) * time.Minute
	if err != nil {
		return 0
	}
	candidates := zones()
	if zone != nil {
		candidates = []time.Duration{*zone}
	}
	var longest time.Duration
	for _, offset := range candidates {
		if made := created.Add(-offset); !made.After(now.Add(slack)) {
			longest = max(longest, made.Add(duration).Sub(now))
		}
	}
	return longest
}

// clearRefusals are codes that cannot mean that another capture runs. The
// code that does is not documented, so any other may.
var clearRefusals = []string{
	"CFW.00200001", // empty parameter
	CodeNotFound,
	"CFW.00200007", // name conflict
	"CFW.00200028", // inconsistent address types
	"CFW.00200030", // wrong address type
	"CFW.00200032", // no IPv6
}

// slotSettlesWithin is how long a look decides whether a refusal came from
// somebody else's capture, which may be listed late.
const slotSettlesWithin = 5 * time.Second

// lostSlot reports whether the service refused a create because somebody
// else's capture took the slot between the look and the post: the list shows
// an active task, or one that was not there before.
func (c *Client) lostSlot(ctx context.Context, firewall Firewall, before []string, err error) bool {
	refused, ok := refusedBy(err)
	if !ok || slices.Contains(clearRefusals, refused.Code) {
		return false
	}
	deadline := c.clock.Now().Add(slotSettlesWithin)
	for look := 1; ; look++ {
		late := !c.clock.Now().Before(deadline)
		listed, err := c.freshListing(ctx, firewall)
		if err != nil {
			return false
		}
		for _, task := range listed.tasks {
			if !names(before, task.ID) || !task.Deleted && task.Status.Active() {
				return true
			}
		}
		if late || c.clock.Sleep(ctx, c.pace.Poll.Delay(look)) != nil {
			return false
		}
	}
}
