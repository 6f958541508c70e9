// Package security holds no code of the provider. Its tests prove what
// SECURITY.md says: where credentials go and where they never turn up, and
// what a hostile service can do.
package security
