# Every setting can also come from the environment, for example ARM_CLIENT_ID,
# ARM_CLIENT_SECRET and ARM_TENANT_ID, or from a login of the Azure CLI.
provider "cloudtap" {
  azure = {
    subscription_id = "00000000-0000-0000-0000-000000000000"
  }
}
