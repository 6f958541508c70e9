//go:build unix

// On Windows a process keeps its parent's number.

package process_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/process"
)

// roleVariable makes the tests' program play a parent, or its child.
const roleVariable = "PROCESS_TEST_ROLE"

func TestMain(m *testing.M) {
	var err error
	switch os.Getenv(roleVariable) {
	case "parent":
		err = playParent()
	case "child":
		process.EndWithParent(time.Millisecond, time.Millisecond, func() { os.Exit(0) })
		if _, err = fmt.Fprintln(os.Stdout, "watching"); err == nil {
			select {}
		}
	default:
		os.Exit(m.Run())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// playParent starts a child that holds the inherited pipe, and ends without it.
func playParent() error {
	child := exec.CommandContext(context.Background(), os.Args[0]) //nolint:gosec // It is this program.
	child.Env = append(os.Environ(), roleVariable+"=child")
	const inherited = 3
	child.ExtraFiles = []*os.File{os.NewFile(inherited, "pipe")}
	said, err := child.StdoutPipe()
	if err != nil {
		return err
	}
	if err := child.Start(); err != nil {
		return err
	}
	_, err = bufio.NewReader(said).ReadString('\n')
	return err
}

func TestAProcessEndsWithItsParent(t *testing.T) {
	t.Parallel()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	held, holds, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	parent := exec.CommandContext(t.Context(), program)
	parent.Env = append(os.Environ(), roleVariable+"=parent")
	parent.ExtraFiles = []*os.File{holds}
	output, err := parent.CombinedOutput()
	if err := errors.Join(err, holds.Close(), held.SetReadDeadline(time.Now().Add(time.Minute))); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	// The pipe ends when nobody holds its other end: when the child is gone.
	if _, err := io.ReadAll(held); err != nil {
		t.Errorf("the child lives on: %v", err)
	}
}
