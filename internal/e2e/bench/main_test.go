package bench

import (
	"fmt"
	"os"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

func TestMain(m *testing.M) {
	address := os.Getenv(countURL)
	if address == "" {
		acctest.Main(m)
		return
	}
	if err := countAsProcess(address); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
