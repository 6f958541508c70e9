package security

import (
	"os"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

// childTask is what a child process is asked to do.
const childTask = "CLOUDTAP_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childTask) != "" {
		// A child trusts its parent's authority, and makes none.
		os.Exit(m.Run())
	}
	acctest.Main(m)
}
