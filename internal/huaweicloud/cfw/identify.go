package cfw

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// posting is a task that was posted and whose id is not known yet.
type posting struct {
	firewall Firewall
	request  CreateRequest
	// before are the ids that were listed before the post.
	before map[string]bool
	at     time.Time
	// lost is set when the answer did not arrive.
	lost *huaweicloud.LostAnswerError
}

var errNotListed = errors.New("no new task with its name and parameters was listed in time")

// identify looks for the posted task until it is listed.
func (c *Client) identify(ctx context.Context, posted posting, onProgress ProgressFunc) (Task, error) {
	task, candidates, err := c.search(ctx, posted, c.pace.VisibleWithin, onProgress)
	if err != nil && ctx.Err() != nil {
		// The capture may be running. Its id is worth a few more seconds.
		detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.pace.AfterInterrupt)
		defer cancel()
		task, candidates, err = c.search(detached, posted, c.pace.AfterInterrupt, onProgress)
	}
	if err == nil {
		return task, nil
	}
	cause := err
	if posted.lost != nil {
		cause = fmt.Errorf("%w; %w", err, posted.lost)
	}
	return Task{}, &UnconfirmedError{
		FirewallID: posted.firewall.ID, Name: posted.request.Name, PostedAt: posted.at,
		Accepted: posted.lost == nil, Candidates: candidates, Cause: cause,
	}
}

// search polls the list for at most patience. No failure of a look ends it:
// the capture may be running whatever the list call says.
func (c *Client) search(ctx context.Context, posted posting, patience time.Duration, onProgress ProgressFunc) (found Task, candidates []string, err error) {
	deadline := c.clock.Now().Add(patience)
	what := fmt.Sprintf("the new capture %q to be listed", posted.request.Name)
	err = c.poll(ctx, what, onProgress, func(ctx context.Context, _ time.Duration) (wait.Progress, error) {
		listed, err := c.freshListing(ctx, posted.firewall)
		late := !c.clock.Now().Before(deadline)
		if err != nil {
			if late {
				// As text: wrapped, a passing failure would keep the search going.
				return wait.Progress{}, fmt.Errorf("%w (the last look failed: %s)", errNotListed, err.Error())
			}
			return wait.Progress{}, wait.Transient(err)
		}
		candidates = nil
		for _, task := range listed.tasks {
			if !posted.before[task.ID] && !task.Deleted && posted.request.matches(task) {
				found = task
				candidates = append(candidates, task.ID)
			}
		}
		switch {
		case len(candidates) == 1:
			return wait.Progress{Done: true}, nil
		case len(candidates) > 1:
			return wait.Progress{}, errors.New("more than one new task fits")
		case late:
			return wait.Progress{}, errNotListed
		}
		return wait.Progress{State: "not listed yet"}, nil
	})
	return found, candidates, err
}
