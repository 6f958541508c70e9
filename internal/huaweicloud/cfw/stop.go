package cfw

import (
	"context"
	"fmt"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

type stopBody struct {
	TaskID string `json:"task_id"`
}

// Stop ends a running capture (CancelCaptureTask). On one that has ended, or
// is being stopped, it does nothing. It does not wait for the end: WaitEnded
// does. A task that is not listed is *TaskGoneError.
func (c *Client) Stop(ctx context.Context, firewall Firewall, taskID string) error {
	firewall = c.complete(firewall)
	task, err := c.find(ctx, firewall, taskID, c.pace.Poll.Base)
	if err != nil {
		return err
	}
	if task.Status.Ended() || task.Status == StatusStopping {
		return nil
	}
	err = c.postStop(ctx, firewall, taskID)
	if _, refused := refusedBy(err); !refused {
		return err
	}
	// It may have ended between the look and the stop.
	task, lookErr := c.look(ctx, firewall, taskID, c.pace.Poll.Base)
	if lookErr != nil {
		return lookErr
	}
	if task.Status.Ended() || task.Status == StatusStopping {
		return nil
	}
	return err
}

// postStop is repeatable: a stopped task stays stopped.
func (c *Client) postStop(ctx context.Context, firewall Firewall, taskID string) error {
	defer c.wrote(firewall, taskID)
	return c.post(ctx, firewall, "CancelCaptureTask", "capture-task/stop", stopBody{TaskID: taskID})
}

// WaitEnded waits until a task has completed, was stopped, or failed, and
// returns it as it ended; ctx bounds the wait. A task that disappears is
// *TaskGoneError, an interrupted wait *wait.Interrupted.
func (c *Client) WaitEnded(ctx context.Context, firewall Firewall, taskID string, onProgress ProgressFunc) (Task, error) {
	firewall = c.complete(firewall)
	var last Task
	what := fmt.Sprintf("the capture task %s to end", taskID)
	err := c.pollTask(ctx, firewall, taskID, what, onProgress, func(task Task, err error) (wait.Progress, error) {
		last = task
		return wait.Progress{Done: task.Status.Ended() && err == nil, State: task.Status.String()}, err
	})
	return last, err
}
