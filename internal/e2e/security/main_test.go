package security

import (
	"os"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

// Which client a child process runs, and the floods that it meets.
const (
	childTask   = "CLOUDTAP_TEST_CHILD"
	childFloods = "CLOUDTAP_TEST_FLOODS"
)

func TestMain(m *testing.M) {
	// A child trusts its parent's authority, and makes none.
	if name := os.Getenv(childTask); name != "" {
		meetFloods(name)
		return
	}
	acctest.Main(m)
}
