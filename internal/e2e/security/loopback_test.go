package security

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

func TestTestsMayNotAskTheMetadataServiceOfThisMachine(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"169.254.169.254:80", "[fe80::1]:80", "10.0.0.1:443", "management.azure.com:443", "[::ffff:169.254.169.254]:80"} {
		connection, err := simtest.DialLoopback(t.Context(), "tcp", address)
		if err == nil || !strings.Contains(err.Error(), "this machine only") {
			t.Errorf("%s: %v %v", address, connection, err)
		}
	}
}

// TestTestsDialThisMachineOnly reads the sources of all tests: every transport
// that they build says how it dials, and nobody uses those of net/http, which
// connect to anywhere.
func TestTestsDialThisMachineOnly(t *testing.T) {
	t.Parallel()
	files := token.NewFileSet()
	read := 0
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		read++
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if problem := dialsAnywhere(node); problem != "" {
				t.Errorf("%s: %s; use simtest.Transport or simtest.DialLoopback", files.Position(node.Pos()), problem)
			}
			return true
		})
		return nil
	})
	if err != nil || read < 300 {
		t.Errorf("read %d files: %v", read, err)
	}
}

// dialsAnywhere says what a node does that may connect to other machines.
func dialsAnywhere(node ast.Node) string {
	switch n := node.(type) {
	case *ast.CompositeLit:
		switch name := httpName(n.Type); {
		case name == "Transport" && !hasKey(n, "DialContext"), name == "Client" && !hasKey(n, "Transport"):
			return "an http." + name + " of its own"
		}
	case *ast.CallExpr:
		if called, ok := n.Fun.(*ast.Ident); ok && called.Name == "new" && len(n.Args) == 1 && httpName(n.Args[0]) != "" {
			switch name := httpName(n.Args[0]); name {
			case "Client", "Transport":
				return "an empty http." + name
			}
		}
	case *ast.SelectorExpr:
		switch name := httpName(n); name {
		case "DefaultClient", "DefaultTransport", "Get", "Head", "Post", "PostForm":
			return "http." + name
		}
	}
	return ""
}

// httpName returns Name of an expression http.Name, or "".
func httpName(expression ast.Expr) string {
	selector, ok := expression.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if of, ok := selector.X.(*ast.Ident); ok && of.Name == "http" {
		return selector.Sel.Name
	}
	return ""
}

func hasKey(literal *ast.CompositeLit, key string) bool {
	for _, element := range literal.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			if name, ok := pair.Key.(*ast.Ident); ok && name.Name == key {
				return true
			}
		}
	}
	return false
}
