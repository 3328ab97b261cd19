//! A client for each AWS service, made when it is first asked for.

use aws_config::Region;
use tokio::sync::OnceCell;

use super::services::{ALL, LOOKS, Service, USUAL, class, each_service};
use super::{Aws, answer, calls, looks, unrationed};
use crate::error::Result;

macro_rules! clients {
    ($($(#[$doc:meta])* $accessor:ident = $sdk:ident $(.$at_own_address:ident)?, $service:expr;)*) => {
        #[derive(Default)]
        pub(super) struct Clients {
            pub(super) allowed: OnceCell<()>,
            pub(super) looks: looks::Looks,
            $($accessor: OnceCell<$sdk::Client>,)*
        }

        impl Aws {
            $($(#[$doc])*
            pub async fn $accessor(&self) -> Result<&$sdk::Client> {
                const SERVICE: Service = $service;
                self.check_account().await?;
                self.clients
                    .$accessor
                    .get_or_try_init(|| async {
                        let shared = self.account.config().await;
                        let mut config = $sdk::config::Builder::from(shared)
                            .region(Region::new(self.region.clone()))
                            .interceptor(answer::Genuine)
                            .interceptor(calls::Named)
                            .retry_classifier(calls::SignAgain)
                            .retry_partition(unrationed());
                        if let Some(url) = self.account.settings().endpoints.get(SERVICE.name) {
                            config = config.endpoint_url(url);
                        }
                        // A bucket's name before the host's resolves at AWS only.
                        $(
                            let is_given = self.account.settings().endpoints.contains_key(SERVICE.name);
                            if is_given || shared.endpoint_url().is_some() {
                                config = config.$at_own_address(true);
                            }
                        )?
                        Ok($sdk::Client::from_conf(config.build()))
                    })
                    .await
            })*
        }
    };
}

each_service!(clients);
