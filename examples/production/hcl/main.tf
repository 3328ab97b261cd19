terraform {
  required_providers {
    fargate = {
      source  = "pulumi/fargate"
      version = "0.1.0"
    }
  }
}

variable "vpcId" {
  description = "The VPC."
  type        = string
}

variable "publicSubnetIds" {
  description = "Public subnets in two zones."
  type        = list(string)
}

variable "privateSubnetIds" {
  description = "Private subnets in two zones, with a NAT gateway or VPC endpoints."
  type        = list(string)
}

variable "certificateArn" {
  description = "An issued ACM certificate in the stack's region."
  type        = string
}

variable "databaseSecretArn" {
  description = "The Secrets Manager secret with the database's credentials."
  type        = string
}

variable "apiKeyArn" {
  description = "The Secrets Manager secret with the API key."
  type        = string
}

variable "alarmTopicArn" {
  description = "The SNS topic that is told of alarms."
  type        = string
}

variable "imageTag" {
  description = "The tag of the image that runs."
  type        = string
}

variable "deletionProtection" {
  description = "Whether AWS refuses to delete the load balancer."
  type        = bool
}

resource "fargate_fargate_web_service" "orders" {
  # Deletion protection, immutable image tags, HTTPS demanded.
  preset = "prod"
  # Two tasks of half a vCPU and 1 GB, in private subnets of two zones.
  cpu                = 512
  memory             = 1024
  desired_count      = 2
  container_port     = 5000
  vpc_id             = var.vpcId
  public_subnet_ids  = var.publicSubnetIds
  private_subnet_ids = var.privateSubnetIds
  # HTTPS; plain HTTP is redirected.
  certificate_arn = var.certificateArn
  health_check = {
    path = "/health"
  }
  environment = {
    "LOG_LEVEL" = "info"
  }
  # The container gets API_KEY; the execution role may read this secret and no other.
  secrets = {
    "API_KEY" = var.apiKeyArn
  }
  # The container gets DB_SECRET_ARN; the task role may read this secret and no other.
  database_secret_arn = var.databaseSecretArn
  # An image repository of its own: the run prints how to push the first image. What runs, or can be
  # gone back to, stays whatever is pushed.
  image_tag = var.imageTag
  repository = {
    scan_on_push         = true
    keep_images          = 30
    keep_untagged_images = 10
  }
  autoscaling = {
    min_capacity  = 2
    max_capacity  = 10
    cpu_target    = 70
    memory_target = 80
  }
  monitoring = {
    level         = "advanced"
    alarm_actions = [var.alarmTopicArn]
  }
  deletion_protection = var.deletionProtection
  tags = {
    "team" = "orders"
  }
}

output "url" {
  value = fargate_fargate_web_service.orders.url
}

output "repositoryUrl" {
  value = fargate_fargate_web_service.orders.repository_url
}

output "dashboardUrl" {
  value = fargate_fargate_web_service.orders.dashboard_url
}

output "clusterName" {
  value = fargate_fargate_web_service.orders.cluster_name
}

output "serviceName" {
  value = fargate_fargate_web_service.orders.service_name
}
