package cfw

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// Posting is a task that was posted and whose id is not known yet. It can be
// kept as JSON, to look for the task later.
type Posting struct {
	Request CreateRequest `json:"request"`
	// Before are the ids that were listed before the post.
	Before []string  `json:"before"`
	At     time.Time `json:"at"`
	// From and Until are between which the task was made, if it was, by the
	// service's clock.
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// slack is how much later than it was posted a task may be dated.
const slack = 10 * time.Second

// dated reports whether a task was made when the posted one was. The service
// names no time zone, but all zones differ by whole quarters of an hour.
func (p Posting) dated(task Task) bool {
	const zones, second = 15 * time.Minute, time.Second
	created, err := time.Parse(dateLayout, task.CreatedDate)
	if err != nil {
		return false
	}
	after := (created.Sub(p.From) + second) % zones
	if after < 0 {
		after += zones
	}
	return after <= p.Until.Sub(p.From)+slack
}

// ErrNotListed says that the list shows no task that a posting can have made.
var ErrNotListed = errors.New("no new task with its name and parameters was listed in time")

// Resolve looks for the task of a posting, for as long as it may take to be
// listed. The error is ErrNotListed if there is none, so that nothing was
// made, and *UnconfirmedError if it cannot be told.
func (c *Client) Resolve(ctx context.Context, firewall Firewall, posted Posting, onProgress ProgressFunc) (Task, error) {
	firewall = c.complete(firewall)
	patience := posted.At.Add(c.pace.VisibleWithin).Sub(c.clock.Now())
	candidates, err := c.search(ctx, firewall, posted, patience, onProgress)
	if errors.Is(err, ErrNotListed) {
		return Task{}, err
	}
	// Meanwhile others may have made tasks that look the same.
	var ours []Task
	for _, candidate := range candidates {
		if posted.dated(candidate) {
			ours = append(ours, candidate)
		}
	}
	if len(ours) == 1 {
		return ours[0], nil
	}
	if err == nil {
		err = errors.New("a later task looks the same")
	}
	return Task{}, &UnconfirmedError{FirewallID: firewall.ID, Posting: posted, Candidates: candidates, Cause: err}
}

// identify looks for the task that was just posted until it is listed. lost is
// set when the answer did not arrive.
func (c *Client) identify(ctx context.Context, firewall Firewall, posted Posting, lost *huaweicloud.LostAnswerError, onProgress ProgressFunc) (Task, error) {
	candidates, err := c.search(ctx, firewall, posted, c.pace.VisibleWithin, onProgress)
	if err != nil && ctx.Err() != nil {
		// The capture may be running. Its id is worth a few more seconds.
		detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.pace.AfterInterrupt)
		defer cancel()
		candidates, err = c.search(detached, firewall, posted, c.pace.AfterInterrupt, onProgress)
	}
	if err == nil {
		return candidates[0], nil
	}
	cause := err
	if lost != nil {
		cause = fmt.Errorf("%w; %w", err, lost)
	}
	return Task{}, &UnconfirmedError{FirewallID: firewall.ID, Posting: posted, Accepted: lost == nil, Candidates: candidates, Cause: cause}
}

// search polls the list for at most patience, until it shows one task that can
// be the posted one; several are an error. No failure of a look ends it:
// the capture may be running whatever the list call says.
func (c *Client) search(ctx context.Context, firewall Firewall, posted Posting, patience time.Duration, onProgress ProgressFunc) (candidates []Task, err error) {
	deadline := c.clock.Now().Add(patience)
	what := fmt.Sprintf("the new capture %q to be listed", posted.Request.Name)
	err = c.poll(ctx, what, onProgress, func(ctx context.Context, _ time.Duration) (wait.Progress, error) {
		// A list that came late may still be from early on.
		late := !c.clock.Now().Before(deadline)
		listed, err := c.freshListing(ctx, firewall)
		if err != nil {
			if late {
				// As text: wrapped, a passing failure would keep the search going.
				return wait.Progress{}, fmt.Errorf("the last look failed: %s", err.Error())
			}
			return wait.Progress{}, wait.Transient(err)
		}
		candidates = nil
		for _, task := range listed.tasks {
			if !slices.Contains(posted.Before, task.ID) && !task.Deleted && posted.Request.matches(task) {
				candidates = append(candidates, task)
			}
		}
		switch {
		case len(candidates) == 1:
			return wait.Progress{Done: true}, nil
		case len(candidates) > 1:
			return wait.Progress{}, errors.New("more than one new task fits")
		case late:
			return wait.Progress{}, ErrNotListed
		}
		return wait.Progress{State: "not listed yet"}, nil
	})
	return candidates, err
}
