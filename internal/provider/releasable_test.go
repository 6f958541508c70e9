package provider

import (
	"context"
	"errors"
	"testing"
	"time"
)

type anyKey struct{}

func TestAReleasedContextIsACancelledOneWithoutValues(t *testing.T) {
	t.Parallel()
	deadline := time.Now().Add(time.Hour)
	parent, cancel := context.WithDeadline(context.WithValue(t.Context(), anyKey{}, "value"), deadline)
	defer cancel()
	ctx, release := releasable(parent)
	child, cancelChild := context.WithCancel(ctx)
	defer cancelChild()
	if at, ok := ctx.Deadline(); !ok || !at.Equal(deadline) || ctx.Err() != nil || child.Value(anyKey{}) != "value" || child.Err() != nil {
		t.Errorf("before: %v, %v, %v, %v", at, ctx.Err(), child.Value(anyKey{}), child.Err())
	}
	release()
	<-ctx.Done()
	<-child.Done()
	if _, ok := ctx.Deadline(); ok || !errors.Is(ctx.Err(), context.Canceled) || child.Value(anyKey{}) != nil || !errors.Is(child.Err(), context.Canceled) {
		t.Errorf("after: %v, %v, %v", ctx.Err(), child.Value(anyKey{}), child.Err())
	}
	late, cancelLate := context.WithCancel(ctx)
	defer cancelLate()
	<-late.Done()
}

func TestAReleasableContextEndsWithItsParent(t *testing.T) {
	t.Parallel()
	parent, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	ctx, release := releasable(parent)
	defer release()
	<-ctx.Done()
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Errorf("got %v", ctx.Err())
	}
}
