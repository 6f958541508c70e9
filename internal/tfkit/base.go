package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Resource is embedded in resources: it names the type, and takes the
// provider's clients as C, the interface with which a service says what it
// needs. Before the provider is configured, as during validation, there are
// none.
type Resource[C any] struct {
	// Type is the type's name without the provider's.
	Type    string
	Clients C
}

// Metadata implements resource.Resource.
func (r *Resource[C]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.Type
}

// Configure implements resource.ResourceWithConfigure.
func (r *Resource[C]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.Clients, _ = ProviderData[C](req.ProviderData, &resp.Diagnostics)
}

// DataSource is to data sources what Resource is to resources.
type DataSource[C any] struct {
	Type    string
	Clients C
}

// Metadata implements datasource.DataSource.
func (d *DataSource[C]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.Type
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *DataSource[C]) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.Clients, _ = ProviderData[C](req.ProviderData, &resp.Diagnostics)
}

// Ephemeral is to ephemeral resources what Resource is to resources.
type Ephemeral[C any] struct {
	Type    string
	Clients C
}

// Metadata implements ephemeral.EphemeralResource.
func (e *Ephemeral[C]) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + e.Type
}

// Configure implements ephemeral.EphemeralResourceWithConfigure.
func (e *Ephemeral[C]) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.Clients, _ = ProviderData[C](req.ProviderData, &resp.Diagnostics)
}

// Action is to actions what Resource is to resources.
type Action[C any] struct {
	Type    string
	Clients C
}

// Metadata implements action.Action.
func (a *Action[C]) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + a.Type
}

// Configure implements action.ActionWithConfigure.
func (a *Action[C]) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.Clients, _ = ProviderData[C](req.ProviderData, &resp.Diagnostics)
}
