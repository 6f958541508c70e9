package imds

import "encoding/json"

// Document is what the service says about the machine. Callers share it and
// must not change it.
//
// In all typed parts nil means that the value is absent or empty, which the
// service does not tell apart, or that it could not be read; the latter adds
// a warning. A nested part without any value is nil as a whole.
//
// The tag json is the member's name in the document; fields without one follow
// from others. The tag tfsdk is the attribute's name in Terraform, where the
// parts are shown as they are; those with "-" are shown on demand only.
type Document struct {
	// Raw is the document as it came, user data included.
	Raw json.RawMessage
	// APIVersionUsed is the api-version that the service answered to.
	APIVersionUsed string
	// Compute is nil on classic machines.
	Compute *Compute
	// Network is nil if the service said nothing about it.
	Network *Network
	// Warnings say which values could not be read and which parts are
	// missing, for people.
	Warnings []string
}

// Compute describes the machine. Since when a field exists is in the vendor's
// table "Instance metadata"; older versions leave it out.
type Compute struct {
	AdditionalCapabilities *AdditionalCapabilities `json:"additionalCapabilities" tfsdk:"additional_capabilities"`
	// AzEnvironment is the cloud as the host spells it.
	AzEnvironment  *string `json:"azEnvironment" tfsdk:"az_environment"`
	CustomData     *string `json:"customData" tfsdk:"-"`
	EvictionPolicy *string `json:"evictionPolicy" tfsdk:"eviction_policy"`
	// ExtendedLocation is the edge zone.
	ExtendedLocation *ExtendedLocation `json:"extendedLocation" tfsdk:"extended_location"`
	// Host and HostGroup are set on dedicated hosts, never both.
	Host                       *SubResource `json:"host" tfsdk:"host"`
	HostGroup                  *SubResource `json:"hostGroup" tfsdk:"host_group"`
	IsHostCompatibilityLayerVM *bool        `json:"isHostCompatibilityLayerVm" tfsdk:"is_host_compatibility_layer_vm"`
	LicenseType                *string      `json:"licenseType" tfsdk:"license_type"`
	// Location is the region in lower case without spaces; LocationRaw is
	// the host's spelling.
	Location    *string `tfsdk:"location"`
	LocationRaw *string `json:"location" tfsdk:"location_raw"`
	Name        *string `json:"name" tfsdk:"name"`
	// Offer, Publisher, SKU and Version are those of a marketplace image.
	Offer                  *string          `json:"offer" tfsdk:"offer"`
	OSProfile              *OSProfile       `json:"osProfile" tfsdk:"os_profile"`
	OSType                 *string          `json:"osType" tfsdk:"os_type"`
	PhysicalZone           *string          `json:"physicalZone" tfsdk:"physical_zone"`
	PlacementGroupID       *string          `json:"placementGroupId" tfsdk:"placement_group_id"`
	Plan                   *Plan            `json:"plan" tfsdk:"plan"`
	PlatformFaultDomain    *int64           `json:"platformFaultDomain" tfsdk:"platform_fault_domain"`
	PlatformSubFaultDomain *int64           `json:"platformSubFaultDomain" tfsdk:"platform_sub_fault_domain"`
	PlatformUpdateDomain   *int64           `json:"platformUpdateDomain" tfsdk:"platform_update_domain"`
	Priority               *string          `json:"priority" tfsdk:"priority"`
	Provider               *string          `json:"provider" tfsdk:"provider"`
	PublicKeys             []PublicKey      `json:"publicKeys" tfsdk:"public_keys"`
	Publisher              *string          `json:"publisher" tfsdk:"publisher"`
	ResourceGroupName      *string          `json:"resourceGroupName" tfsdk:"resource_group_name"`
	ResourceID             *string          `json:"resourceId" tfsdk:"resource_id"`
	SecurityProfile        *SecurityProfile `json:"securityProfile" tfsdk:"security_profile"`
	SKU                    *string          `json:"sku" tfsdk:"sku"`
	StorageProfile         *StorageProfile  `json:"storageProfile" tfsdk:"storage_profile"`
	SubscriptionID         *string          `json:"subscriptionId" tfsdk:"subscription_id"`
	// Tags come from tagsList, which api-versions since 2019-06-04 have, or
	// from TagsRaw. Nil means that the version has neither.
	Tags map[string]string `tfsdk:"tags"`
	// TagsAmbiguous says that Tags were read from TagsRaw, in which a name or
	// value with a colon or semicolon cannot be told apart.
	TagsAmbiguous bool `tfsdk:"tags_ambiguous"`
	// TagsRaw is "name:value;name:value".
	TagsRaw *string `json:"tags" tfsdk:"tags_raw"`
	// UserData is base64. It often holds secrets.
	UserData *string `json:"userData" tfsdk:"-"`
	Version  *string `json:"version" tfsdk:"version"`
	// VirtualMachineScaleSet is set on instances of flexible scale sets,
	// VMScaleSetName on those of uniform ones.
	VirtualMachineScaleSet *SubResource `json:"virtualMachineScaleSet" tfsdk:"virtual_machine_scale_set"`
	VMID                   *string      `json:"vmId" tfsdk:"vm_id"`
	VMScaleSetName         *string      `json:"vmScaleSetName" tfsdk:"vm_scale_set_name"`
	VMSize                 *string      `json:"vmSize" tfsdk:"vm_size"`
	Zone                   *string      `json:"zone" tfsdk:"zone"`

	// Environment is AzEnvironment in one spelling: public, usgovernment,
	// china, german or azurestack, or else the host's in lower case.
	Environment *string `tfsdk:"environment"`
	// Hostname is osProfile.computerName, or else Name. On uniform scale sets
	// the two differ.
	Hostname *string `tfsdk:"hostname"`
	// IsSpot is nil where the version does not say.
	IsSpot *bool `tfsdk:"is_spot"`
	// IsScaleSetInstance is nil where the version does not say.
	IsScaleSetInstance *bool `tfsdk:"is_scale_set_instance"`
}

// AdditionalCapabilities are features of the machine.
type AdditionalCapabilities struct {
	HibernationEnabled *bool `json:"hibernationEnabled" tfsdk:"hibernation_enabled"`
}

// ExtendedLocation is an edge zone.
type ExtendedLocation struct {
	Name *string `json:"name" tfsdk:"name"`
	Type *string `json:"type" tfsdk:"type"`
}

// SubResource is a reference to an ARM resource.
type SubResource struct {
	ID *string `json:"id" tfsdk:"id"`
}

// OSProfile is what the operating system was set up with.
type OSProfile struct {
	AdminUsername *string `json:"adminUsername" tfsdk:"admin_username"`
	ComputerName  *string `json:"computerName" tfsdk:"computer_name"`
	// DisablePasswordAuthentication exists on Linux only.
	DisablePasswordAuthentication *bool `json:"disablePasswordAuthentication" tfsdk:"disable_password_authentication"`
}

// Plan is a marketplace image's purchase plan.
type Plan struct {
	Name      *string `json:"name" tfsdk:"name"`
	Product   *string `json:"product" tfsdk:"product"`
	Publisher *string `json:"publisher" tfsdk:"publisher"`
}

// PublicKey is an SSH key that the machine was made with.
type PublicKey struct {
	KeyData *string `json:"keyData" tfsdk:"key_data"`
	Path    *string `json:"path" tfsdk:"path"`
}

// SecurityProfile tells how the machine boots and encrypts.
type SecurityProfile struct {
	EncryptionAtHost  *bool `json:"encryptionAtHost" tfsdk:"encryption_at_host"`
	SecureBootEnabled *bool `json:"secureBootEnabled" tfsdk:"secure_boot_enabled"`
	// SecurityType is TrustedLaunch or ConfidentialVM.
	SecurityType      *string `json:"securityType" tfsdk:"security_type"`
	VirtualTPMEnabled *bool   `json:"virtualTpmEnabled" tfsdk:"virtual_tpm_enabled"`
}

// StorageProfile are the machine's image and disks.
type StorageProfile struct {
	DataDisks      []DataDisk      `json:"dataDisks" tfsdk:"data_disks"`
	ImageReference *ImageReference `json:"imageReference" tfsdk:"image_reference"`
	OSDisk         *OSDisk         `json:"osDisk" tfsdk:"os_disk"`
	// ResourceDisk is the temporary disk.
	ResourceDisk *ResourceDisk `json:"resourceDisk" tfsdk:"resource_disk"`
}

// DataDisk is a disk besides the operating system's.
type DataDisk struct {
	// BytesPerSecondThrottle, DiskCapacityBytes, IsSharedDisk and
	// OpsPerSecondThrottle are set for ultra disks only.
	BytesPerSecondThrottle  *int64        `json:"bytesPerSecondThrottle" tfsdk:"bytes_per_second_throttle"`
	Caching                 *string       `json:"caching" tfsdk:"caching"`
	CreateOption            *string       `json:"createOption" tfsdk:"create_option"`
	DiskCapacityBytes       *int64        `json:"diskCapacityBytes" tfsdk:"disk_capacity_bytes"`
	DiskSizeGB              *int64        `json:"diskSizeGB" tfsdk:"disk_size_gb"`
	Image                   *URIReference `json:"image" tfsdk:"image"`
	IsSharedDisk            *bool         `json:"isSharedDisk" tfsdk:"is_shared_disk"`
	IsUltraDisk             *bool         `json:"isUltraDisk" tfsdk:"is_ultra_disk"`
	LUN                     *int64        `json:"lun" tfsdk:"lun"`
	ManagedDisk             *ManagedDisk  `json:"managedDisk" tfsdk:"managed_disk"`
	Name                    *string       `json:"name" tfsdk:"name"`
	OpsPerSecondThrottle    *int64        `json:"opsPerSecondThrottle" tfsdk:"ops_per_second_throttle"`
	VHD                     *URIReference `json:"vhd" tfsdk:"vhd"`
	WriteAcceleratorEnabled *bool         `json:"writeAcceleratorEnabled" tfsdk:"write_accelerator_enabled"`
}

// URIReference points to a blob.
type URIReference struct {
	URI *string `json:"uri" tfsdk:"uri"`
}

// ManagedDisk is a disk resource. Its ID often spells the resource group in
// capitals.
type ManagedDisk struct {
	ID                 *string `json:"id" tfsdk:"id"`
	StorageAccountType *string `json:"storageAccountType" tfsdk:"storage_account_type"`
}

// ImageReference is the image that the machine was made from.
type ImageReference struct {
	CommunityGalleryImageID *string `json:"communityGalleryImageId" tfsdk:"community_gallery_image_id"`
	ExactVersion            *string `json:"exactVersion" tfsdk:"exact_version"`
	ID                      *string `json:"id" tfsdk:"id"`
	Offer                   *string `json:"offer" tfsdk:"offer"`
	Publisher               *string `json:"publisher" tfsdk:"publisher"`
	SharedGalleryImageID    *string `json:"sharedGalleryImageId" tfsdk:"shared_gallery_image_id"`
	SKU                     *string `json:"sku" tfsdk:"sku"`
	Version                 *string `json:"version" tfsdk:"version"`
}

// OSDisk is the operating system's disk.
type OSDisk struct {
	Caching                 *string             `json:"caching" tfsdk:"caching"`
	CreateOption            *string             `json:"createOption" tfsdk:"create_option"`
	DiffDiskSettings        *DiffDiskSettings   `json:"diffDiskSettings" tfsdk:"diff_disk_settings"`
	DiskSizeGB              *int64              `json:"diskSizeGB" tfsdk:"disk_size_gb"`
	EncryptionSettings      *EncryptionSettings `json:"encryptionSettings" tfsdk:"encryption_settings"`
	Image                   *URIReference       `json:"image" tfsdk:"image"`
	ManagedDisk             *ManagedDisk        `json:"managedDisk" tfsdk:"managed_disk"`
	Name                    *string             `json:"name" tfsdk:"name"`
	OSType                  *string             `json:"osType" tfsdk:"os_type"`
	VHD                     *URIReference       `json:"vhd" tfsdk:"vhd"`
	WriteAcceleratorEnabled *bool               `json:"writeAcceleratorEnabled" tfsdk:"write_accelerator_enabled"`
}

// DiffDiskSettings are those of an ephemeral disk.
type DiffDiskSettings struct {
	Option *string `json:"option" tfsdk:"option"`
}

// EncryptionSettings are those of Azure Disk Encryption.
type EncryptionSettings struct {
	DiskEncryptionKey *DiskEncryptionKey `json:"diskEncryptionKey" tfsdk:"disk_encryption_key"`
	Enabled           *bool              `json:"enabled" tfsdk:"enabled"`
	KeyEncryptionKey  *KeyEncryptionKey  `json:"keyEncryptionKey" tfsdk:"key_encryption_key"`
}

// DiskEncryptionKey is a secret of a key vault.
type DiskEncryptionKey struct {
	SecretURL   *string      `json:"secretUrl" tfsdk:"secret_url"`
	SourceVault *SubResource `json:"sourceVault" tfsdk:"source_vault"`
}

// KeyEncryptionKey is a key of a key vault.
type KeyEncryptionKey struct {
	KeyURL      *string      `json:"keyUrl" tfsdk:"key_url"`
	SourceVault *SubResource `json:"sourceVault" tfsdk:"source_vault"`
}

// ResourceDisk is the temporary disk.
type ResourceDisk struct {
	// Size is in kilobytes.
	Size *int64 `json:"size" tfsdk:"size_in_kb"`
}

// Where an address's public address was found.
const (
	PublicIPAddressFromInstance     = "instance"
	PublicIPAddressFromLoadBalancer = "loadbalancer"
)

// Network are the machine's interfaces. The service does not promise an
// order, so the first one need not be the primary one.
type Network struct {
	Interfaces []Interface `json:"interface" tfsdk:"interfaces"`
}

// Interface is one network interface.
type Interface struct {
	IPv4 IPv4 `json:"ipv4" tfsdk:"ipv4"`
	IPv6 IPv6 `json:"ipv6" tfsdk:"ipv6"`
	// MACAddress is in lower case with colons; MACAddressRaw is twelve
	// digits as the host sends them.
	MACAddress    *string `tfsdk:"mac_address"`
	MACAddressRaw *string `json:"macAddress" tfsdk:"mac_address_raw"`
}

// IPv4 are an interface's IPv4 addresses and their subnets.
type IPv4 struct {
	IPAddresses []IPAddress `json:"ipAddress" tfsdk:"ip_addresses"`
	Subnets     []Subnet    `json:"subnet" tfsdk:"subnets"`
}

// IPv6 are an interface's IPv6 addresses.
type IPv6 struct {
	IPAddresses []IPAddress `json:"ipAddress" tfsdk:"ip_addresses"`
}

// IPAddress is a private address with the public one that leads to it.
type IPAddress struct {
	PrivateIPAddress *string `json:"privateIpAddress" tfsdk:"private_ip_address"`
	PublicIPAddress  *string `json:"publicIpAddress" tfsdk:"public_ip_address"`
	// PublicIPAddressSource is PublicIPAddressFromInstance, or
	// PublicIPAddressFromLoadBalancer for addresses of the Standard SKU.
	PublicIPAddressSource *string `tfsdk:"public_ip_address_source"`
}

// Subnet is an IPv4 subnet.
type Subnet struct {
	Address *string `json:"address" tfsdk:"address"`
	Prefix  *int64  `json:"prefix" tfsdk:"prefix"`
	// CIDR is address and prefix as one, for example "10.1.0.0/24".
	CIDR *string `tfsdk:"cidr"`
}
