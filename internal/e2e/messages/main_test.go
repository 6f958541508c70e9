package messages

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

// TestMain hides the Azure CLI, if there is one, so that every machine gets
// the same messages.
func TestMain(m *testing.M) {
	hiding, err := filepath.Abs(filepath.Join("testdata", "bin"))
	if err == nil {
		err = os.Setenv("PATH", hiding+string(os.PathListSeparator)+os.Getenv("PATH"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	acctest.Main(m)
}
