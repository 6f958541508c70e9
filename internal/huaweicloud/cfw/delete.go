package cfw

import (
	"context"
	"errors"
	"fmt"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// deleteAttempts is how often a refused deletion starts over: the list may
// have been behind when it showed the task as ended.
const deleteAttempts = 5

// Delete stops a task if it runs, waits for its end, deletes it
// (DeleteCaptureTask), and waits until it is no longer listed, or listed as
// deleted. A task that is not there is no error. ctx bounds it all.
//
// Deletions on one firewall that come together share their list calls, and
// go out in one request.
func (c *Client) Delete(ctx context.Context, firewall Firewall, taskID string, onProgress ProgressFunc) error {
	firewall = c.complete(firewall)
	for attempt := 1; ; attempt++ {
		err := c.endAndDelete(ctx, firewall, taskID, onProgress)
		switch {
		case errors.As(err, new(*TaskGoneError)):
			return nil
		case err == nil || isNotFound(err):
			return c.waitGone(ctx, firewall, taskID, err, onProgress)
		}
		if _, refused := refusedBy(err); !refused || attempt == deleteAttempts {
			return err
		}
		if ended := c.clock.Sleep(ctx, c.pace.Poll.Delay(attempt)); ended != nil {
			return fmt.Errorf("%w; the next attempt was to follow, but %w", err, ended)
		}
	}
}

func (c *Client) endAndDelete(ctx context.Context, firewall Firewall, taskID string, onProgress ProgressFunc) error {
	task, err := c.find(ctx, firewall, taskID, c.pace.Poll.Base)
	if err != nil {
		return err
	}
	if !task.Status.Ended() {
		if err := c.Stop(ctx, firewall, taskID); err != nil && !unknownAndRefused(task, err) {
			return err
		}
	}
	if task.Status.Active() {
		if _, err := c.WaitEnded(ctx, firewall, taskID, onProgress); err != nil {
			return err
		}
	}
	return c.deleteTogether(ctx, firewall, taskID)
}

// unknownAndRefused reports whether a stop was only a try: of a task whose
// status nobody can interpret, the service itself knows whether it runs.
func unknownAndRefused(task Task, err error) bool {
	_, refused := refusedBy(err)
	return refused && !task.Status.Active()
}

// waitGone waits until the task is no longer listed. unknown is the service's
// word that it does not know the task; a list that goes on showing it proves
// the opposite.
func (c *Client) waitGone(ctx context.Context, firewall Firewall, taskID string, unknown error, onProgress ProgressFunc) error {
	deadline := c.clock.Now().Add(c.pace.VisibleWithin)
	what := fmt.Sprintf("the deleted capture task %s to leave the list", taskID)
	return c.pollTask(ctx, firewall, taskID, what, onProgress, func(_ Task, err error) (wait.Progress, error) {
		if _, ok := errors.AsType[*TaskGoneError](err); ok {
			return wait.Progress{Done: true}, nil
		}
		if err == nil && unknown != nil && c.clock.Now().After(deadline) {
			return wait.Progress{}, fmt.Errorf("%w; the list still shows it after %s", unknown, c.pace.VisibleWithin)
		}
		return wait.Progress{State: "still listed"}, err
	})
}
